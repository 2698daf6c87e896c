using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>A service and its user, each behind a router that lets nothing in.</summary>
[Collection(RealPrograms.Name)]
public sealed class NattedTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Service = 0;
    private const int User = 1;
    private const int Spare = 2;
    private const int Much = 64 * 1024 * 1024;

    // A dead end is noticed after three of the relay's heartbeats, of 5 s each.
    private static readonly TimeSpan _beforeItIsNoticed = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _within = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("natted").FullName;
    private NatNetwork? _network;
    private ChildProcess? _relay;
    private string _at = "";

    private NatNetwork Network => _network!;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await StartAsync();
        }
        catch
        {
            // Nobody disposes of what was not initialised.
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }

        if (_network is not null)
        {
            await _network.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task B110_Ends_behind_NAT_meet_and_carry_text_much_and_their_ends()
    {
        await Network.ExpectClosedAsync(Service);
        await Network.ExpectClosedAsync(User);
        using TestServer service = await Network.Homes[Service].ListenAsync();
        await using ChildProcess beside = await ServeAsync(Service, service.EndPoint);
        await using ChildProcess user = Network.Homes[User].Start("server-to-socket", "127.0.0.1:0", Via());
        var port = new IPEndPoint(IPAddress.Loopback, await user.ListeningAsync(Side.A));
        foreach (bool isUserFirst in (bool[])[true, false])
        {
            using TestPeer client = await Network.Homes[User].ConnectAsync(port), accepted = await service.AcceptAsync();
            (TestPeer first, TestPeer second) = isUserFirst ? (client, accepted) : (accepted, client);
            await first.WriteAsync("question");
            first.EndHalf();
            Assert.Equal("question", await second.ReadTextToEndAsync());
            await second.WriteAsync("answer");
            second.EndHalf();
            Assert.Equal("answer", await first.ReadTextToEndAsync());
        }

        using TestPeer there = await Network.Homes[User].ConnectAsync(port), here = await service.AcceptAsync();
        await Task.WhenAll(PourAsync(there, here, seed: 110), PourAsync(here, there, seed: 111));
        Assert.StartsWith("stopped: 3 socket pair", (await _relay!.StopAsync())[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task B118_What_is_shared_behind_NAT_is_joined_behind_another()
    {
        using TestServer service = await Network.Homes[Service].ListenAsync();
        await using ChildProcess share = Network.Homes[Service].Start("share", service.EndPoint.ToString(), "--via", _at);
        string[] line = (await share.ReadLineAsync()).Split(' ');
        await using ChildProcess join = Network.Homes[User].Start(line[1..]);
        using TestPeer client = await Network.Homes[User].ConnectAsync(new IPEndPoint(IPAddress.Loopback, await join.ListeningAsync(Side.A)));
        using TestPeer accepted = await service.AcceptAsync();
        await Task.WhenAll(PourAsync(client, accepted, seed: 118), PourAsync(accepted, client, seed: 119));
        await join.SignalAsync("INT");
        await join.ExpectExitAsync(0);
        await share.SignalAsync("INT");
        await share.ExpectExitAsync(0);
    }

    [Fact]
    public async Task B119_A_login_by_ProxyCommand_reaches_an_sshd_behind_NAT()
    {
        await using OpenSshServer server = await OpenSshServer.StartAsync(Network.Homes[Service]);
        await using ChildProcess beside = await ServeAsync(Service, new IPEndPoint(IPAddress.Loopback, server.Port));
        string proxy = $"ProxyCommand={TheProgram.InShell("socket-to-socket", "stdio:", Via())}";
        string login = $"{Environment.UserName}@home";
        await using ChildProcess ssh = server.Client(Network.Homes[User], "ssh", "-o", proxy, login, "cat; echo over; exit 7");
        await ssh.Input.WriteAsync("typed here\n");
        ssh.Input.Close();
        int code = await ssh.ExitAsync(_within);
        Assert.True(code == 7, $"exit code {code} instead of the command's own: {ssh.Told}\n{server.Told}\n{beside.Told}");
        Assert.Equal(["typed here", "over"], await ssh.ReadLinesToEndAsync());
        Assert.DoesNotContain(ssh.Errors, line => line.Contains("socketconnector:", StringComparison.Ordinal));

        byte[] bytes = RandomBytes.Of(seed: 120, Much);
        (string from, string to) = (Path.Combine(_folder, "from"), Path.Combine(_folder, "to"));
        await File.WriteAllBytesAsync(from, bytes, TestContext.Current.CancellationToken);
        await using ChildProcess scp = server.Client(Network.Homes[User], "scp", "-o", proxy, from, $"{login}:{to}");
        await scp.ExpectExitAsync(0, _within);
        await using FileStream copy = File.OpenRead(to);
        Assert.Equal(RandomBytes.Sha256(bytes), Convert.ToHexString(await SHA256.HashDataAsync(copy, TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task B111_A_service_whose_cable_was_pulled_costs_no_connection_and_comes_back()
    {
        using TestServer lost = await Network.Homes[Service].ListenAsync(), spare = await Network.Homes[Spare].ListenAsync();
        await using ChildProcess unplugged = await ServeAsync(Service, lost.EndPoint, ",standby=1");
        await using ChildProcess beside = await ServeAsync(Spare, spare.EndPoint);
        await using ChildProcess user = Network.Homes[User].Start("server-to-socket", "127.0.0.1:0", Via(), "--connect-timeout", "1m");
        var port = new IPEndPoint(IPAddress.Loopback, await user.ListeningAsync(Side.A));
        await Network.UnplugAsync(Service);
        await ExpectServedAsync(port, spare, _beforeItIsNoticed);
        Assert.False(lost.HasWaiting, "a service without a cable was reached");

        // Its router has forgotten its connections, so it learns by its own ping that they are dead.
        await beside.StopAsync();
        await Network.PlugInAsync(Service);
        await ExpectServedAsync(port, lost, _within);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public async Task B111_A_whole_pool_whose_cable_was_pulled_costs_no_connection(int standby)
    {
        using TestServer lost = await Network.Homes[Service].ListenAsync(), spare = await Network.Homes[Spare].ListenAsync();
        await using ChildProcess unplugged = await ServeAsync(Service, lost.EndPoint, $",standby={standby}");
        await Eventually.TrueAsync(() => _relay!.Raw.Output.Count(line => line.EndsWith("waits for a partner", StringComparison.Ordinal)) == standby);
        await using ChildProcess beside = await ServeAsync(Spare, spare.EndPoint);
        await using ChildProcess user = Network.Homes[User].Start("server-to-socket", "127.0.0.1:0", Via());
        var port = new IPEndPoint(IPAddress.Loopback, await user.ListeningAsync(Side.A));
        await Network.UnplugAsync(Service);
        await ExpectServedAsync(port, spare, _beforeItIsNoticed);
    }

    private async Task ExpectServedAsync(IPEndPoint port, TestServer service, TimeSpan within)
    {
        long start = Stopwatch.GetTimestamp();
        using TestPeer client = await Network.Homes[User].ConnectAsync(port);
        await Eventually.TrueAsync(() => service.HasWaiting, within, () => _relay!.Told);
        using TestPeer accepted = await service.AcceptAsync();
        await client.WriteAsync("hello");
        Assert.Equal("hello", await accepted.ReadTextAsync(5));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s"));
    }

    private async Task StartAsync()
    {
        _network = await NatNetwork.CreateAsync(homes: 3);
        (_relay, _at) = await Network.StartRelayAsync("--verbose", "--heartbeat", "5s");
        string secret = Path.Combine(_folder, "secret");
        await File.WriteAllTextAsync(secret, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(secret, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private static async Task PourAsync(TestPeer from, TestPeer to, int seed)
    {
        byte[] bytes = RandomBytes.Of(seed, Much);
        Task<(long Count, string Sha256)> hashing = to.HashToEndAsync(within: _within);
        await from.WriteAsync(bytes);
        from.EndHalf();
        Assert.Equal((bytes.Length, RandomBytes.Sha256(bytes)), await hashing);
    }

    /// <summary>Has what listens in a home wait for users at the relay.</summary>
    private async Task<ChildProcess> ServeAsync(int home, IPEndPoint service, string options = "")
    {
        ChildProcess serving = Network.Homes[home].Start("server-to-socket", Via() + options, service.ToString());
        try
        {
            await serving.LineAsync("side A listening on via:");
            return serving;
        }
        catch
        {
            await serving.DisposeAsync();
            throw;
        }
    }

    private string Via() => $"via:{_at},session=file:{Path.Combine(_folder, "secret")}";
}
