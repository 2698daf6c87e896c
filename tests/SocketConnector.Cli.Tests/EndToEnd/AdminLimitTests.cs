using System.Globalization;
using System.Net.Sockets;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Where the process may open few files only, and has an admin channel, which takes more of them.</summary>
public sealed class AdminLimitTests : IDisposable
{
    // Enough to say what is wrong, and too few to run with.
    private static readonly int _tooSmall = TheProgram.IsNative ? 32 : 104;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("few-");

    private string Socket => Path.Combine(_folder.FullName, "a.sock");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B77_With_an_admin_channel_it_needs_more_and_with_what_it_says_it_needs_it_answers_everything()
    {
        await using ChildProcess refused = Start(_tooSmall);
        await refused.ExpectExitAsync(1);
        string line = Assert.Single(refused.Errors);
        Assert.Matches($@"^socketconnector: this process may open {_tooSmall} files and needs at least \d+ \(ulimit -n\)$", line);

        await using ChildProcess program = Start(int.Parse(line.Split("at least ")[1].Split(' ')[0], CultureInfo.InvariantCulture));
        int port = await program.ListeningAsync(Side.A);
        using TestPeer a = await ProgramPair.DialAsync(port), b = await ProgramPair.DialAsync(await program.ListeningAsync(Side.B));
        await a.WriteAsync("hello");
        Assert.Equal("hello", await b.ReadTextAsync(5));
        foreach (string path in (string[])["v1/connectors", "v1/connections", "v1/pending", "v1/stats", "v1/events", "v1/capture", "metrics", "readyz", ""])
        {
            using TestPeer client = await TestPeer.ConnectAsync(new UnixDomainSocketEndPoint(Socket));
            await client.WriteAsync($"GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Assert.Equal("HTTP/1.1 200", await client.ReadTextAsync(12));
        }

        await a.WriteAsync("still here");
        Assert.Equal("still here", await b.ReadTextAsync(10));
        a.Dispose();
        b.Dispose();
        await program.StopAsync();
    }

    private ChildProcess Start(int limit) => TheProgram.StartLimited(limit, "server-to-server", "127.0.0.1:0", "127.0.0.1:0", "--admin", $"unix:{Socket}");
}
