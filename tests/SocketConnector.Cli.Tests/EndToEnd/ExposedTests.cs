using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Ports of the relay whose clients meet a session (<c>--expose</c>).</summary>
public sealed class ExposedTests : IDisposable
{
    // More than a client's Unix socket ever holds (net.core.wmem_default), so that the rest waits before it while the relay's own pair has ended;
    // and less than both Unix sockets on the way hold at the least, which is less than their sizes when the bytes come in small pieces.
    private const int Length = 250 * 1024;

    private readonly SecretFiles _files = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("exposed").FullName;
    private readonly string _session;

    public ExposedTests() => _session = _files.Add("session", "a secret of enough bytes");

    public void Dispose()
    {
        _files.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task B72_A_slow_client_gets_its_whole_tail_after_a_signal(string signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "what a Unix socket holds is Linux's");
        byte[] bytes = RandomBytes.Of(seed: 72, Length);
        var exposed = new UnixDomainSocketEndPoint(Path.Combine(_folder, "exposed"));
        await using ChildProcess relay = TheProgram.Start("rendezvous", "127.0.0.1:0", "--expose", $"unix:{exposed},session={_session}");
        using var service = new TestServer();
        await using ChildProcess beside = await ServiceAsync(await relay.RelayAsync(), service.EndPoint);
        await relay.LineAsync("side A listening on unix:");
        using TestPeer client = await TestPeer.ConnectAsync(exposed);
        using TestPeer accepted = await service.AcceptAsync();

        // One that ends before it is joined, without a word, is taken for gone.
        await client.WriteAsync("x");
        Assert.Equal("x", await accepted.ReadTextAsync(1));
        client.EndHalf();
        Assert.Equal("", await accepted.ReadTextToEndAsync());
        await accepted.WriteAsync(bytes).InTimeAsync();
        accepted.EndHalf();

        await relay.LineAsync("#1 closed: completed");

        await relay.SignalAsync(signal);
        await relay.ErrorLineAsync("stopping; 1 pair may finish");

        // A successor may listen there by now.
        await Eventually.TrueAsync(() => !File.Exists(exposed.ToString()));
        Assert.Equal((Length, RandomBytes.Sha256(bytes)), await client.HashToEndAsync());
        await relay.ExpectExitAsync(0);
    }

    [Fact]
    public async Task B114_Clients_do_not_share_the_limits_of_one_address_and_the_way_inside_is_the_program_s_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other permissions");
        string inside = Directory.CreateDirectory(Path.Combine(_folder, "inside")).FullName, door = Path.Combine(_folder, "door");
        await using ChildProcess relay = TheProgram.StartAfter(
            $"export TMPDIR={inside}", "rendezvous", $"unix:{door}", "--max-joins", "10", "--max-waiting-per-address", "1", "--expose", $"127.0.0.1:0,session={_session}", "--events", "none");
        await using var service = new EchoServer();
        await using ChildProcess beside = await ServiceAsync(await relay.RelayAsync(), service.EndPoint);
        int port = await relay.ListeningAsync(Side.A);
        for (int i = 0; i < 50; i++)
        {
            using TestPeer client = await ProgramPair.DialAsync(port);
            await client.WriteAsync("x");
            Assert.Equal("x", await client.ReadTextAsync(1));
        }

        string socket = Assert.Single(Directory.GetFiles(inside, "relay", SearchOption.AllDirectories));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Permissions.Of(socket));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Permissions.Of(Path.GetDirectoryName(socket)!));
        await relay.StopAsync();
        Assert.DoesNotContain(Directory.GetDirectories(inside), folder => Path.GetFileName(folder).StartsWith("sc-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_limits_of_the_port_itself_hold()
    {
        await using ChildProcess relay = TheProgram.Start("rendezvous", "127.0.0.1:0", "--expose", $"127.0.0.1:0,session={_session},max-per-address=1", "--drain", "0s");
        await using var service = new EchoServer();
        await using ChildProcess beside = await ServiceAsync(await relay.RelayAsync(), service.EndPoint);
        int port = await relay.ListeningAsync(Side.A);
        using TestPeer first = await ProgramPair.DialAsync(port);
        await first.WriteAsync("x");
        Assert.Equal("x", await first.ReadTextAsync(1));

        (byte[] bytes, SocketError? error) = await TestPeer.ConnectToWhateverEndAsync(new IPEndPoint(IPAddress.Loopback, port), saying: "x");

        Assert.Equal((0, SocketError.ConnectionReset), (bytes.Length, error));
        await first.WriteAsync("y");
        Assert.Equal("y", await first.ReadTextAsync(1));
        await relay.StopAsync();
    }

    [Fact]
    public async Task Where_there_is_no_room_for_the_way_inside_it_says_so()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has another variable");
        await using ChildProcess relay = TheProgram.StartAfter("export TMPDIR=/no/such/folder", "rendezvous", "127.0.0.1:0", "--expose", $"127.0.0.1:0,session={_session}");
        await relay.ExpectExitAsync(1);
        Assert.Contains("--expose needs a Unix socket in /no/such/folder/", Assert.Single(relay.Errors), StringComparison.Ordinal);
    }

    private async Task<ChildProcess> ServiceAsync(string relay, EndPoint target)
    {
        ChildProcess beside = TheProgram.Start("server-to-socket", $"via:{relay},session={_session}", target.ToString()!);
        await beside.LineAsync("side A listening on via:");
        return beside;
    }
}
