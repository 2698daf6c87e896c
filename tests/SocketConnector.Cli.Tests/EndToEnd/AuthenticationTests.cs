using System.Net.Sockets;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Two programs that know each other by a key, and others that do not have it.</summary>
public sealed class AuthenticationTests : IDisposable
{
    private const string Secret = "correct horse battery staple";
    private const string Older = "an older secret of some length";

    private readonly string _folder = Directory.CreateTempSubdirectory("auth-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("hmac")]
    [InlineData("secret")]
    public async Task B96_Two_programs_with_a_file_of_keys_each_serve_a_client_and_a_stranger_gets_nowhere(string scheme)
    {
        string keys = FileOf("relay.keys", $"# both are good\nbob:{Older}\nalice:{Secret}\n"), key = FileOf("my.key", $"alice:{Secret}\n");
        using var target = new TestServer();
        await using ChildProcess relay = TheProgram.Start("server-to-socket", $"127.0.0.1:0,auth={scheme}:file:{keys}", target.EndPoint.ToString(), "--json", "--verbose", "--log-traffic");
        int port = await relay.ListeningAsync(Side.A);
        await using ChildProcess near = TheProgram.Start("server-to-socket", "127.0.0.1:0", $"127.0.0.1:{port},auth={scheme}:file:{key}", "--verbose", "--log-traffic");
        using TestPeer client = await ProgramPair.DialAsync(await near.ListeningAsync(Side.A));
        await client.WriteAsync("through both");
        using TestPeer server = await target.AcceptAsync();
        Assert.Equal("through both", await server.ReadTextAsync(12));
        await server.WriteAsync("and back");
        Assert.Equal("and back", await client.ReadTextAsync(8));
        await relay.LineAsync(",\"identityA\":\"alice\"}");

        using TestPeer stranger = await ProgramPair.DialAsync(port);
        await stranger.WriteAsync("GET / HTTP/1.1\r\nHost: relay\r\n\r\n");
        Assert.EndsWith("no\n", await stranger.ReadTextToEndAsync(), StringComparison.Ordinal);
        stranger.Dispose();
        await relay.LineAsync("\"event\":\"refused\",\"reason\":\"authRejected\",\"side\":\"A\"");
        Assert.False(target.HasWaiting);

        client.Reset();
        await near.StopAsync();
        await relay.StopAsync();
        Assert.All((ChildProcess[])[relay, near], program =>
        {
            string told = string.Join('\n', [.. program.Raw.Output, .. program.Raw.Errors]);
            Assert.DoesNotContain(Secret, told, StringComparison.Ordinal);
            Assert.DoesNotContain(Older, told, StringComparison.Ordinal);
            Assert.DoesNotContain("other users may read", told, StringComparison.Ordinal);
            Assert.Contains("through both", told, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task B96_A_program_with_another_key_ends_its_client_and_says_why()
    {
        string keys = FileOf("relay.keys", Secret), other = FileOf("other.key", Older);
        using var target = new TestServer();
        await using ChildProcess relay = TheProgram.Start("server-to-socket", $"127.0.0.1:0,auth=hmac:file:{keys}", target.EndPoint.ToString());
        int port = await relay.ListeningAsync(Side.A);
        await using ChildProcess near = TheProgram.Start("server-to-socket", "127.0.0.1:0", $"127.0.0.1:{port},auth=hmac:file:{other}");
        using TestPeer client = await ProgramPair.DialAsync(await near.ListeningAsync(Side.A));
        Assert.Equal(SocketError.ConnectionReset, (await client.ReadToWhateverEndAsync()).Error);
        await near.LineAsync("authentication rejected on side B: the verifier refused the key 'default'");
        await relay.LineAsync("authentication rejected on side A: wrong proof for the key 'default'");
    }

    [Fact]
    public async Task B96_A_secret_may_come_on_standard_input_and_in_a_variable()
    {
        using var target = new TestServer();
        await using ChildProcess relay = TheProgram.Start("server-to-socket", "127.0.0.1:0,auth=hmac:stdin:", target.EndPoint.ToString());
        await relay.Input.WriteAsync($"{Secret}\n");
        relay.Input.Close();
        int port = await relay.ListeningAsync(Side.A);
        await using ChildProcess near = TheProgram.StartAfter($"export RELAY_SECRET='{Secret}'", "server-to-socket", "127.0.0.1:0", $"127.0.0.1:{port},auth=hmac:env:RELAY_SECRET");
        using TestPeer client = await ProgramPair.DialAsync(await near.ListeningAsync(Side.A));
        using TestPeer server = await target.AcceptAsync();
        await server.WriteAsync("hello");
        Assert.Equal("hello", await client.ReadTextAsync(5));
    }

    [Theory]
    [InlineData(0, "--help")]
    [InlineData(0, "--version")]
    [InlineData(2, "--verbos")]
    public async Task Standard_input_is_not_waited_for_where_nothing_is_started(int exitCode, string option)
    {
        await using ChildProcess program = TheProgram.Start("server-to-server", "9000,auth=hmac:stdin:", "8000", option);
        await program.ExpectExitAsync(exitCode);
    }

    [Fact]
    public async Task B100_A_file_that_others_may_read_is_warned_of_and_a_secret_on_the_line_refused()
    {
        string keys = FileOf("relay.keys", Secret);
        Permissions.Set(keys, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        await using ChildProcess warned = TheProgram.Start("server-to-server", $"127.0.0.1:0,auth=hmac:file:{keys}", $"127.0.0.1:0,auth=hmac:file:{keys}");
        await warned.ErrorLineAsync($"warning: other users may read or change the secrets in {keys}; chmod 600 {keys}");
        await warned.StopAsync();
        Assert.Single(warned.Errors, line => line.Contains("warning:", StringComparison.Ordinal));

        await using ChildProcess refused = TheProgram.Start("server-to-server", $"9000,auth=hmac:{Secret}", "8000");
        await refused.ExpectExitAsync(2);
        Assert.DoesNotContain("horse", refused.Told.Split("standard output:")[1], StringComparison.Ordinal);
        await refused.ErrorLineAsync("write auth=hmac:env:NAME, auth=hmac:file:PATH or auth=hmac:stdin:");
    }

    private string FileOf(string name, string text)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        Permissions.Set(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }
}
