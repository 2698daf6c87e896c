using System.Globalization;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>openssl s_client and s_server at the far end of TLS.</summary>
public sealed class OpenSslTests : IDisposable
{
    private readonly TlsFiles _files = new();
    private readonly TestServer _target = new();

    public static TheoryData<string> Versions => ["-tls1_2", "-tls1_3"];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task B92_s_client_talks_changes_its_keys_and_ends_in_order(string version)
    {
        await using ChildProcess program = TheProgram.Start("server-to-socket", _files.Listen(), _target.EndPoint.ToString());
        await using ChildProcess client = Client(await program.ListeningAsync(Side.A), version);
        using TestPeer upstream = await _target.AcceptAsync();
        await SayAsync(client, "hello");
        Assert.Equal("hello\n", await upstream.ReadTextAsync(6));
        if (version == "-tls1_3")
        {
            // Asks for new keys on both sides.
            await SayAsync(client, "K");
        }

        await upstream.WriteAsync("hi there\n");
        await client.LineAsync("hi there");
        await SayAsync(client, "again");
        Assert.Equal("again\n", await upstream.ReadTextAsync(6));
        await SayAsync(client, "Q");
        Assert.Empty(await upstream.ReadToEndAsync());
        upstream.EndHalf();
        await client.ExpectExitAsync(0);
        await program.LineAsync("#1 closed: completed by side A");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task B92_s_server_is_talked_to_and_changes_its_keys(string version)
    {
        int port = TestServer.RefusingPort();
        await using ChildProcess server = await ServerAsync(port, version);
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", _files.Connect(port));
        using TestPeer client = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));
        await client.WriteAsync("hello\n");
        await server.LineAsync("hello");
        if (version == "-tls1_3")
        {
            await SayAsync(server, "K");

            // What follows on its standard input would belong to the command; this one looks there before it takes what came.
            await client.WriteAsync("between\n");
            await server.LineAsync("between");
        }

        await SayAsync(server, "hi there");
        Assert.Equal("hi there\n", await client.ReadTextAsync(9));
        await client.WriteAsync("again\n");
        await server.LineAsync("again");
        client.EndHalf();
        Assert.Empty(await client.ReadToEndAsync());
        await program.LineAsync("#1 closed: completed by side A");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task B93_s_server_that_leaves_without_a_close_notify_is_no_end(string version)
    {
        int port = TestServer.RefusingPort();
        await using ChildProcess server = await ServerAsync(port, version);
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", _files.Connect(port));
        using TestPeer client = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));
        await client.WriteAsync("hello\n");
        await server.LineAsync("hello");
        await SayAsync(server, "Q");
        Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);
        await program.LineAsync("#1 closed: truncated on side B");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task B92_A_client_s_certificate_opens_the_door_and_without_it_there_is_none(string version)
    {
        await using ChildProcess program = TheProgram.Start("server-to-socket", _files.Listen($",client-auth=require,ca={_files.Authority}"), _target.EndPoint.ToString());
        int port = await program.ListeningAsync(Side.A);
        await using (ChildProcess welcome = Client(port, version, "-cert", _files.ClientCertificate, "-key", _files.ClientKey))
        {
            using TestPeer upstream = await _target.AcceptAsync();
            await SayAsync(welcome, "hello");
            Assert.Equal("hello\n", await upstream.ReadTextAsync(6));
        }

        await using ChildProcess stranger = Client(port, version);
        await program.LineAsync("TLS failed on side A: the peer presented no certificate");
        await stranger.ExitAsync();
        Assert.False(_target.HasWaiting, "it was dialled for");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task B92_Its_own_certificate_opens_the_door_of_s_server_and_without_it_there_is_none(string version)
    {
        int port = TestServer.RefusingPort();
        await using ChildProcess server = await ServerAsync(port, version, "-Verify", "1", "-verify_return_error", "-CAfile", _files.Authority);
        await using (ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", _files.Connect(port, $",cert={_files.ClientCertificate},key={_files.ClientKey}")))
        {
            using TestPeer client = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));
            await client.WriteAsync("hello\n");
            await server.LineAsync("hello");
        }

        await using ChildProcess without = TheProgram.Start("server-to-socket", "127.0.0.1:0", _files.Connect(port));
        using TestPeer refused = await ProgramPair.DialAsync(await without.ListeningAsync(Side.A));
        Assert.NotNull((await refused.ReadToWhateverEndAsync()).Error);
        await without.LineAsync("the peer sent the alert '");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task B92_A_session_is_resumed(string version)
    {
        await using ChildProcess program = TheProgram.Start("server-to-socket", _files.Listen(), _target.EndPoint.ToString());
        int port = await program.ListeningAsync(Side.A);
        string session = Path.Combine(_files.Folder, "session");
        Assert.Contains("New, TLSv1", await VisitAsync(port, version, "-sess_out", session), StringComparison.Ordinal);
        Assert.Contains("Reused, TLSv1", await VisitAsync(port, version, "-sess_in", session), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1_2", "require")]
    [InlineData("-tls1_3", "require")]
    [InlineData("-tls1_3", "request")]
    public async Task B92_A_session_is_no_way_around_a_certificate(string version, string auth)
    {
        await using ChildProcess program = TheProgram.Start("server-to-socket", _files.Listen($",client-auth={auth},ca={_files.Authority}"), _target.EndPoint.ToString());
        int port = await program.ListeningAsync(Side.A);
        string session = Path.Combine(_files.Folder, "session");
        await VisitAsync(port, version, "-sess_out", session, "-cert", _files.ClientCertificate, "-key", _files.ClientKey);
        string[] again = File.Exists(session) ? ["-sess_in", session] : [];
        if (auth == "request")
        {
            Assert.Contains("New, TLSv1", await VisitAsync(port, version, again), StringComparison.Ordinal);
            return;
        }

        await using ChildProcess stranger = Client(port, version, again);
        await program.LineAsync("TLS failed on side A: the peer presented no certificate");
        await stranger.ExitAsync();
        Assert.False(_target.HasWaiting, "it was dialled for");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B92_A_server_is_trusted_by_its_key(bool isPinned)
    {
        int port = TestServer.RefusingPort();
        await using ChildProcess server = await ServerAsync(port, "-tls1_3");
        string pin = TlsFiles.Pin(isPinned ? _files.Certificate : _files.ClientCertificate);
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", string.Create(CultureInfo.InvariantCulture, $"tls:127.0.0.1:{port},pin={pin}"));
        using TestPeer client = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));
        if (isPinned)
        {
            await client.WriteAsync("hello\n");
            await server.LineAsync("hello");
            return;
        }

        Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);
        await program.LineAsync("TLS failed on side B: its certificate (CN=localhost) was issued by an unknown authority");
    }

    [Fact]
    public async Task B92_A_client_does_not_renegotiate()
    {
        await using ChildProcess program = TheProgram.Start("server-to-socket", _files.Listen(), _target.EndPoint.ToString());
        await using ChildProcess client = Client(await program.ListeningAsync(Side.A), "-tls1_2");
        using TestPeer upstream = await _target.AcceptAsync();
        await SayAsync(client, "hello");
        Assert.Equal("hello\n", await upstream.ReadTextAsync(6));
        await SayAsync(client, "R");
        await client.ErrorLineAsync("RENEGOTIATING");
        Assert.NotEqual(0, await client.ExitAsync());
    }

    public void Dispose()
    {
        _target.Dispose();
        _files.Dispose();
    }

    private static async Task SayAsync(ChildProcess process, string line)
    {
        await process.Input.WriteAsync($"{line}\n");
        await process.Input.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <returns>What s_client said of a short visit.</returns>
    private async Task<string> VisitAsync(int port, string version, params string[] options)
    {
        await using ChildProcess client = Client(port, version, options);
        using TestPeer upstream = await _target.AcceptAsync();
        await SayAsync(client, "hello");
        Assert.Equal("hello\n", await upstream.ReadTextAsync(6));

        // The tickets of TLS 1.3 come before the first bytes of the far side.
        await upstream.WriteAsync("hi there\n");
        await client.LineAsync("hi there");
        await SayAsync(client, "Q");
        await client.ExpectExitAsync(0);
        return client.Told;
    }

    private ChildProcess Client(int port, string version, params string[] options) => ChildProcess.Start(
        Tool.Find("openssl"),
        ["s_client", "-connect", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "-servername", "localhost", "-CAfile", _files.Authority, "-verify_return_error", version, .. options]);

    private async Task<ChildProcess> ServerAsync(int port, string version, params string[] options)
    {
        ChildProcess server = ChildProcess.Start(
            Tool.Find("openssl"),
            ["s_server", "-accept", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "-cert", _files.Certificate, "-key", _files.Key, version, .. options]);
        await server.LineAsync("ACCEPT");
        return server;
    }
}
