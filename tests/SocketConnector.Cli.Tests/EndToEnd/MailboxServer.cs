using System.Globalization;
using SocketConnector.Cli.Tests.Processes;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Debian's mailbox server of magic-wormhole, by which its clients agree on keys and tell each other where to meet.</summary>
internal sealed class MailboxServer : IAsyncDisposable
{
    private const string Command = "wormhole-mailbox";

    private readonly ChildProcess _server;

    private MailboxServer(ChildProcess server, string url) => (_server, Url) = (server, url);

    public string Url { get; }

    public string Told => _server.Told;

    /// <param name="address">Where it listens, at a port of its own choice.</param>
    /// <param name="network">Where it runs; on the machine itself without one.</param>
    public static async Task<MailboxServer> StartAsync(string address, NetworkNamespace? network = null)
    {
        const string Starting = "PrivacyEnhancedSite starting on ";
        string twist = Tool.Find("twist3");
        await using (ChildProcess asking = ChildProcess.Start(twist, [Command, "--help"]))
        {
            Assert.SkipUnless(await asking.ExitAsync() == 0, "python3-magic-wormhole-mailbox-server is not installed");
        }

        string[] arguments = ["--log-format=text", Command, "--channel-db=:memory:", "--port", $"tcp:0:interface={address}"];
        ChildProcess server = network?.Run(twist, arguments) ?? ChildProcess.Start(twist, arguments);
        try
        {
            await server.LineAsync(Starting);
            string line;
            do
            {
                line = await server.ReadLineAsync();
            }
            while (!line.Contains(Starting, StringComparison.Ordinal));

            int port = int.Parse(line.Split(Starting)[1], CultureInfo.InvariantCulture);
            return new MailboxServer(server, string.Create(CultureInfo.InvariantCulture, $"ws://{address}:{port}/v1"));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
