using System.Net;
using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Transports;

/// <summary>Counts the sockets of the process, so it runs alone.</summary>
[Collection(Alone.Name)]
public sealed class DialTests : IDisposable
{
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);
    private static readonly TimeSpan _timeout = TimeSpan.FromMinutes(1);
    private static readonly IPAddress _second = IPAddress.Parse("127.0.0.2");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("socketconnector-");
    private readonly ManualClock _clock = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B99_A_dead_address_of_a_name_costs_250_milliseconds_once()
    {
        using var live = new TestServer();
        using var dead = new TestServer(backlog: 1, port: live.Port, address: _second);
        await dead.FillAsync();
        int before = Descriptors.SettledSockets();
        Dialer dialer = DialerFor((_, _, _) => Task.FromResult<IPAddress[]>([_second, IPAddress.Loopback]));
        DialTargets name = To(new DnsEndPoint("db.test", live.Port));
        Task<Dialled> connecting = dialer.ConnectAsync(name, TestContext.Current.CancellationToken);
        await StaggersAsync();
        _clock.Advance(DialRound.Stagger - _tick);
        Assert.False(connecting.IsCompleted, "the dead address was given less than its time");
        _clock.Advance(_tick);
        ByteStream first = (await connecting.InTimeAsync()).Stream;
        Assert.Equal(live.EndPoint, first.Remote.ToEndPoint());

        // The clock stands still: the address that connected is tried first.
        ByteStream second = (await dialer.ConnectAsync(name, TestContext.Current.CancellationToken).InTimeAsync()).Stream;
        Assert.Equal(live.EndPoint, second.Remote.ToEndPoint());
        first.Close();
        second.Close();
        Assert.Equal(0, _clock.ActiveTimers);
        await Eventually.TrueAsync(() => Descriptors.SettledSockets() <= before);
    }

    [Fact]
    public async Task B99_A_slow_lookup_costs_a_target_its_turn_and_no_other_target_anything()
    {
        using var live = new TestServer();
        var never = new TaskCompletionSource<IPAddress[]>();
        Dialer dialer = DialerFor((name, _, _) => name == "slow.test" ? never.Task : Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        var slow = new DnsEndPoint("slow.test", live.Port);
        using var enough = new CancellationTokenSource();
        Task<Dialled> waiting = dialer.ConnectAsync(To(slow), enough.Token);
        (await dialer.ConnectAsync(To(new DnsEndPoint("quick.test", live.Port)), TestContext.Current.CancellationToken).InTimeAsync()).Stream.Close();
        (await live.AcceptAsync()).Dispose();

        Task<Dialled> connecting = dialer.ConnectAsync(new DialTargets(new ConnectOptions([slow, live.EndPoint])), TestContext.Current.CancellationToken);
        await StaggersAsync();
        _clock.Advance(DialRound.Stagger);
        (await connecting.InTimeAsync()).Stream.Close();
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.InTimeAsync());
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public async Task B99_A_race_that_is_given_up_or_times_out_leaves_nothing_open()
    {
        using var one = new TestServer(backlog: 1);
        using var other = new TestServer(backlog: 1, port: one.Port, address: _second);
        await one.FillAsync();
        await other.FillAsync();
        int before = Descriptors.SettledSockets();
        Dialer dialer = DialerFor();
        DialTargets both = new(new ConnectOptions([one.EndPoint, other.EndPoint]));
        using var enough = new CancellationTokenSource();
        Task<Dialled> given = dialer.ConnectAsync(both, enough.Token);
        await StaggersAsync();
        _clock.Advance(DialRound.Stagger);
        await Eventually.TrueAsync(() => _clock.ActiveTimers == 1);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.InTimeAsync());
        await Eventually.TrueAsync(() => Descriptors.SettledSockets() <= before);

        Task<Dialled> late = dialer.ConnectAsync(both, TestContext.Current.CancellationToken);
        await StaggersAsync();
        _clock.Advance(DialRound.Stagger);
        await Eventually.TrueAsync(() => _clock.ActiveTimers == 1);
        _clock.Advance(_timeout);
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => late.InTimeAsync());
        Assert.Equal((SocketError.TimedOut, $"Cannot connect to {one.EndPoint} or {other.EndPoint}: timed out"), (error.SocketErrorCode, error.Message));
        await Eventually.TrueAsync(() => Descriptors.SettledSockets() <= before);
    }

    [Fact]
    public async Task B99_Retries_are_counted_and_told()
    {
        var nobody = new IPEndPoint(IPAddress.Loopback, TestServer.RefusingPort());
        Task<Dialled> connecting = DialerFor().ConnectAsync(
            new DialTargets(new ConnectOptions(nobody) { Retry = new RetryOptions { Count = 3 } }), TestContext.Current.CancellationToken);
        await PassAsync(connecting);
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => connecting);
        Assert.Equal((SocketError.ConnectionRefused, $"Cannot connect to {nobody}: 4 attempts on 1 address failed: connection refused"), (error.SocketErrorCode, error.Message));
    }

    [Fact]
    public async Task B99_Retries_stop_at_the_deadline_and_no_wait_goes_beyond_it()
    {
        var nobody = new IPEndPoint(IPAddress.Loopback, TestServer.RefusingPort());
        DateTimeOffset start = _clock.GetUtcNow();
        Task<Dialled> connecting = DialerFor().ConnectAsync(
            new DialTargets(new ConnectOptions(nobody) { Retry = new RetryOptions { Count = 1_000, Delay = TimeSpan.FromSeconds(10) } }), TestContext.Current.CancellationToken);
        await PassAsync(connecting);
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => connecting)).SocketErrorCode);
        Assert.True(_clock.GetUtcNow() - start < _timeout, "it went on beyond the deadline");
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public async Task B99_A_retry_finds_what_has_started_meanwhile()
    {
        int port = TestServer.RefusingPort();
        Task<Dialled> connecting = DialerFor().ConnectAsync(
            new DialTargets(new ConnectOptions(port) { Retry = new RetryOptions { Count = 1_000, Delay = TimeSpan.FromMilliseconds(1) } }), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => _clock.ActiveTimers == 2);
        using var server = new TestServer(port: port);
        await PassAsync(connecting);
        (await connecting).Stream.Close();
        (await server.AcceptAsync()).Dispose();
    }

    [Fact]
    public async Task B99_A_Unix_socket_with_a_full_backlog_is_waited_for()
    {
        var path = new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "full.sock"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(path);
        listener.Listen(1);
        Dialer dialer = DialerFor();
        List<ByteStream> connected = [];
        Task<Dialled> connecting;
        while ((connecting = dialer.ConnectAsync(To(path), TestContext.Current.CancellationToken)) is var next && await IsConnectedAsync(next))
        {
            connected.Add((await next).Stream);
            Assert.InRange(connected.Count, 1, 10);
        }

        using Socket accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        await PassAsync(connecting);
        connected.Add((await connecting).Stream);
        Assert.Equal(TestEngine.Plain == RelayEngine.Linux, connected[0] is DescriptorSocket);
        Assert.All(connected, stream => Assert.Equal($"unix:{path}", stream.Remote.ToString()));
        connected.ForEach(stream => stream.Close());

        // Nothing is waiting for a time when the wait is over.
        Assert.Equal(0, _clock.ActiveTimers);
        SocketException gone = await Assert.ThrowsAsync<SocketException>(
            () => dialer.ConnectAsync(To(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "none.sock"))), TestContext.Current.CancellationToken).InTimeAsync());
        Assert.EndsWith("no such file or directory", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B99_A_Unix_socket_and_a_known_name_connect_near_the_peer_without_a_timer()
    {
        if (TestEngine.Plain != RelayEngine.Linux)
        {
            using SocketPair far = await SocketPair.CreateAsync();
            ConnectAttempt begun = DialerFor((_, _, _) => Task.FromResult<IPAddress[]>([])).Begin(To(new UnixDomainSocketEndPoint("/none")), ByteStreams.Of(far.Near.Socket, loops: null));
            Assert.Null(await begun.TryFinishQuicklyAsync());
            begun.Abandon();
            return;
        }

        using var server = new TestServer();
        var path = new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "near.sock"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(path);
        listener.Listen();
        using SocketPair waiting = await SocketPair.CreateAsync();
        ByteStream peer = ByteStreams.Of(waiting.Near.Socket, LoopGroup.Shared);
        Dialer dialer = DialerFor((_, _, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        var name = To(new DnsEndPoint("near.test", server.Port));
        ConnectAttempt unknown = dialer.Begin(name, peer);
        Assert.Null(await unknown.TryFinishQuicklyAsync());
        (await unknown.FinishAsync(TestContext.Current.CancellationToken).InTimeAsync()).Close();

        // What fails at once makes way for the next one, as near.
        DialTargets several = new(new ConnectOptions([new UnixDomainSocketEndPoint(path + ".none"), path]) { Order = TargetOrder.Failover });
        foreach (DialTargets targets in (DialTargets[])[name, To(path), several])
        {
            ByteStream? near = await dialer.Begin(targets, peer).TryFinishQuicklyAsync();
            Assert.Equal(((DescriptorSocket)peer).Home, Assert.IsType<DescriptorSocket>(near).Home);
            near.Close();
        }

        Assert.Equal(0, _clock.ActiveTimers);
        peer.Close();
    }

    /// <summary>Dials of every kind at once, of which some are given up at any moment.</summary>
    [Fact]
    public Task B99_However_races_end_nothing_is_left_open() => Seeded.RunAsync(async seed =>
    {
        using var live = new TestServer();
        using var dead = new TestServer(backlog: 1, port: live.Port, address: _second);
        await dead.FillAsync();
        int before = Descriptors.SettledSockets();
        var random = new Random(seed);
        var dialer = new Dialer(TimeSpan.FromMilliseconds(400), TimeProvider.System, LoopGroup.Shared, async (name, _, cancellationToken) =>
        {
            await Task.Delay(name.Length, cancellationToken);
            return name.Length % 3 == 0 ? throw new SocketException((int)SocketError.HostNotFound) : [_second, IPAddress.Loopback];
        });
        EndPoint[] all = [live.EndPoint, dead.EndPoint, new IPEndPoint(IPAddress.Loopback, TestServer.RefusingPort()), .. Enumerable.Range(1, 6).Select(length => new DnsEndPoint(new string('n', length * 4), live.Port))];
        Task[] dials = [.. Enumerable.Range(0, 200).Select(_ => DialAsync(
            dialer,
            new ConnectOptions([.. random.GetItems(all, 3).Distinct()]) { Retry = random.Next(2) == 0 ? null : new RetryOptions { Count = 2, Delay = TimeSpan.FromMilliseconds(20) } },
            TimeSpan.FromMilliseconds(random.Next(1, 800))))];
        Task accepting = AcceptAllAsync(live);
        await Task.WhenAll(dials).InTimeAsync();
        live.Dispose();
        await accepting;
        await Eventually.TrueAsync(() => Descriptors.SettledSockets() < before);
    });

    [Fact]
    public async Task B99_A_connection_comes_from_the_address_asked_for()
    {
        using var server = new TestServer();
        var source = IPAddress.Parse("127.0.0.5");
        ByteStream stream = (await DialerFor().ConnectAsync(new DialTargets(new ConnectOptions(server.EndPoint) { Bind = source }), TestContext.Current.CancellationToken).InTimeAsync()).Stream;
        using TestPeer far = await server.AcceptAsync();
        Assert.Equal(source, ((IPEndPoint)far.Socket.RemoteEndPoint!).Address);
        stream.Close();
    }

    [Theory]
    [InlineData("192.0.2.1", SocketError.AddressNotAvailable, "cannot connect from 192.0.2.1: the address does not belong to this machine")]
    [InlineData("::1", SocketError.AddressFamilyNotSupported, "no IPv6 address to reach from ::1")]
    public async Task B99_A_source_address_that_cannot_be_had_is_told(string source, SocketError code, string reason)
    {
        using var server = new TestServer();
        int before = Descriptors.SettledSockets();
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => DialerFor().ConnectAsync(
            new DialTargets(new ConnectOptions(server.EndPoint) { Bind = IPAddress.Parse(source) }), TestContext.Current.CancellationToken).InTimeAsync());
        Assert.Equal((code, $"Cannot connect to {server.EndPoint}: {reason}"), (error.SocketErrorCode, error.Message));
        Assert.Equal(before, Descriptors.SettledSockets());
    }

    [Fact]
    public async Task B99_When_all_targets_fail_one_line_says_how_many_and_how_the_last_did()
    {
        EndPoint[] nobody = [new IPEndPoint(IPAddress.Loopback, TestServer.RefusingPort()), new IPEndPoint(_second, TestServer.RefusingPort()), new IPEndPoint(IPAddress.Parse("127.0.0.3"), TestServer.RefusingPort())];
        SocketException error = await Assert.ThrowsAsync<SocketException>(
            () => DialerFor().ConnectAsync(new DialTargets(new ConnectOptions(nobody)), TestContext.Current.CancellationToken).InTimeAsync());
        Assert.Equal(
            (SocketError.ConnectionRefused, $"Cannot connect to {nobody[0]} or 2 others: 3 attempts on 3 addresses failed; the last, on {nobody[2]}: connection refused"),
            (error.SocketErrorCode, error.Message));
    }

    /// <summary>Waits for the two timers: the deadline, and when the next address starts.</summary>
    private Task StaggersAsync() => Eventually.TrueAsync(() => _clock.Delays.Contains(DialRound.Stagger), explain: () => string.Join(", ", _clock.Delays));

    /// <summary>Lets time pass until it has ended.</summary>
    private async Task PassAsync(Task dial)
    {
        while (!dial.IsCompleted)
        {
            await Eventually.TrueAsync(() => dial.IsCompleted || _clock.ActiveTimers == 2);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
    }

    private async Task<bool> IsConnectedAsync(Task<Dialled> connecting)
    {
        await Eventually.TrueAsync(() => connecting.IsCompleted || _clock.ActiveTimers == 2);
        return connecting.IsCompletedSuccessfully;
    }

    private static async Task DialAsync(Dialer dialer, ConnectOptions options, TimeSpan patience)
    {
        using var enough = new CancellationTokenSource(patience, TimeProvider.System);
        try
        {
            (await dialer.ConnectAsync(dialer.TargetsOf(options), enough.Token)).Stream.Close();
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // One of the ends that are played here.
        }
    }

    private static async Task AcceptAllAsync(TestServer server)
    {
        try
        {
            while (true)
            {
                (await server.AcceptAsync()).Dispose();
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // No more come.
        }
    }

    private static DialTargets To(EndPoint endPoint) => new(new ConnectOptions(endPoint));

    private Dialer DialerFor(NameResolver? resolver = null) => new(_timeout, _clock, LoopGroup.Shared, resolver);
}
