using System.Globalization;
using System.Net.NetworkInformation;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>stunnel at the far end of TLS, in either role.</summary>
[Collection(RealPrograms.Name)]
public sealed class StunnelTests : IDisposable
{
    private readonly TlsFiles _files = new();
    private readonly TestServer _target = new();

    [Fact]
    public async Task B92_stunnel_connects_and_an_answer_follows_the_end_of_the_question()
    {
        await using ChildProcess program = TheProgram.Start("server-to-socket", _files.Listen($",client-auth=require,ca={_files.Authority}"), _target.EndPoint.ToString());
        int front = TestServer.RefusingPort(), relay = await program.ListeningAsync(Side.A);
        await using ChildProcess stunnel = await StartAsync(
            front,
            $"""
            client = yes
            connect = 127.0.0.1:{Text(relay)}
            cert = {_files.ClientCertificate}
            key = {_files.ClientKey}
            CAfile = {_files.Authority}
            verifyChain = yes
            checkHost = localhost
            """);
        await AskAsync(await ProgramPair.DialAsync(front), await _target.AcceptAsync());
    }

    [Fact]
    public async Task B92_stunnel_is_connected_to_and_an_answer_follows_the_end_of_the_question()
    {
        int back = TestServer.RefusingPort();
        await using ChildProcess stunnel = await StartAsync(
            back,
            $"""
            connect = {_target.EndPoint}
            cert = {_files.Certificate}
            key = {_files.Key}
            CAfile = {_files.Authority}
            verifyChain = yes
            """);
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", _files.Connect(back, $",cert={_files.ClientCertificate},key={_files.ClientKey}"));
        TestPeer client = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));
        await AskAsync(client, await _target.AcceptAsync());
    }

    public void Dispose()
    {
        _target.Dispose();
        _files.Dispose();
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static async Task AskAsync(TestPeer client, TestPeer upstream)
    {
        using TestPeer lower = client, upper = upstream;
        byte[] question = RandomBytes.Of(seed: 7, 1_000_000), answer = RandomBytes.Of(seed: 8, 3_000_000);
        Task asking = client.WriteAsync(question);
        Assert.Equal(question, await upstream.ReadAsync(question.Length));
        await asking;
        client.EndHalf();
        Assert.Empty(await upstream.ReadToEndAsync());
        Task answering = upstream.WriteAsync(answer);
        Assert.Equal(answer, await client.ReadAsync(answer.Length));
        await answering;
        upstream.EndHalf();
        Assert.Empty(await client.ReadToEndAsync());
    }

    private async Task<ChildProcess> StartAsync(int port, string service)
    {
        string file = Path.Combine(_files.Folder, "stunnel.conf");
        await File.WriteAllTextAsync(
            file,
            $"""
            foreground = yes
            pid =
            syslog = no
            debug = notice
            [only]
            accept = 127.0.0.1:{Text(port)}
            {service}

            """,
            TestContext.Current.CancellationToken);
        ChildProcess stunnel = ChildProcess.Start(Tool.Find("stunnel4"), [file]);
        await Eventually.TrueAsync(
            () => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(endPoint => endPoint.Port == port)
                || (stunnel.HasExited ? throw new InvalidOperationException(stunnel.Told) : false),
            explain: () => stunnel.Told);
        return stunnel;
    }
}
