using System.Net;
using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Transports;

/// <summary>Counts the sockets of the process, so it runs alone.</summary>
[Collection(Alone.Name)]
public sealed class DialTests
{
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);
    private static readonly IPAddress _second = IPAddress.Parse("127.0.0.2");
    private readonly ClockedDialer _dialer = new();

    [Fact]
    public async Task B99_A_dead_address_of_a_name_costs_250_milliseconds_once()
    {
        using var live = new TestServer();
        using var dead = new TestServer(backlog: 1, port: live.Port, address: _second);
        await dead.FillAsync();
        int before = Descriptors.SettledSockets();
        Dialer dialer = _dialer.Create((_, _, _) => Task.FromResult<IPAddress[]>([_second, IPAddress.Loopback]));
        DialTargets name = To(new DnsEndPoint("db.test", live.Port));
        Task<Dialled> connecting = dialer.ConnectAsync(name, TestContext.Current.CancellationToken);
        await StaggersAsync();
        _dialer.Clock.Advance(DialRound.Stagger - _tick);
        Assert.False(connecting.IsCompleted, "the dead address was given less than its time");
        _dialer.Clock.Advance(_tick);
        ByteStream first = (await connecting.InTimeAsync()).Stream;
        Assert.Equal(live.EndPoint, first.Remote.ToEndPoint());

        // The clock stands still: the address that connected is tried first.
        ByteStream second = (await dialer.ConnectAsync(name, TestContext.Current.CancellationToken).InTimeAsync()).Stream;
        Assert.Equal(live.EndPoint, second.Remote.ToEndPoint());
        first.Close();
        second.Close();
        Assert.Equal(0, _dialer.Clock.ActiveTimers);
        await Eventually.TrueAsync(() => Descriptors.SettledSockets() <= before);
    }

    [Fact]
    public async Task B99_A_slow_lookup_costs_a_target_its_turn_and_no_other_target_anything()
    {
        using var live = new TestServer();
        var never = new TaskCompletionSource<IPAddress[]>();
        Dialer dialer = _dialer.Create((name, _, _) => name == "slow.test" ? never.Task : Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        var slow = new DnsEndPoint("slow.test", live.Port);
        using var enough = new CancellationTokenSource();
        Task<Dialled> waiting = dialer.ConnectAsync(To(slow), enough.Token);
        (await dialer.ConnectAsync(To(new DnsEndPoint("quick.test", live.Port)), TestContext.Current.CancellationToken).InTimeAsync()).Stream.Close();
        (await live.AcceptAsync()).Dispose();

        Task<Dialled> connecting = dialer.ConnectAsync(new DialTargets(new ConnectOptions([slow, live.EndPoint])), TestContext.Current.CancellationToken);
        await StaggersAsync();
        _dialer.Clock.Advance(DialRound.Stagger);
        (await connecting.InTimeAsync()).Stream.Close();
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.InTimeAsync());
        Assert.Equal(0, _dialer.Clock.ActiveTimers);
    }

    [Fact]
    public async Task B99_A_race_that_is_given_up_or_times_out_leaves_nothing_open()
    {
        using var one = new TestServer(backlog: 1);
        using var other = new TestServer(backlog: 1, port: one.Port, address: _second);
        await one.FillAsync();
        await other.FillAsync();
        int before = Descriptors.SettledSockets();
        Dialer dialer = _dialer.Create();
        DialTargets both = new(new ConnectOptions([one.EndPoint, other.EndPoint]));
        using var enough = new CancellationTokenSource();
        Task<Dialled> given = dialer.ConnectAsync(both, enough.Token);
        await StaggersAsync();
        _dialer.Clock.Advance(DialRound.Stagger);
        await Eventually.TrueAsync(() => _dialer.Clock.ActiveTimers == 1);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.InTimeAsync());
        await Eventually.TrueAsync(() => Descriptors.SettledSockets() <= before);

        Task<Dialled> late = dialer.ConnectAsync(both, TestContext.Current.CancellationToken);
        await StaggersAsync();
        _dialer.Clock.Advance(DialRound.Stagger);
        await Eventually.TrueAsync(() => _dialer.Clock.ActiveTimers == 1);
        _dialer.Clock.Advance(ClockedDialer.Timeout);
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => late.InTimeAsync());
        Assert.Equal((SocketError.TimedOut, $"Cannot connect to {one.EndPoint} or {other.EndPoint}: timed out"), (error.SocketErrorCode, error.Message));
        await Eventually.TrueAsync(() => Descriptors.SettledSockets() <= before);
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
    public async Task B99_When_all_targets_fail_one_line_says_how_many_and_how_the_last_did()
    {
        EndPoint[] nobody = [new IPEndPoint(IPAddress.Loopback, TestServer.RefusingPort()), new IPEndPoint(_second, TestServer.RefusingPort()), new IPEndPoint(IPAddress.Parse("127.0.0.3"), TestServer.RefusingPort())];
        SocketException error = await Assert.ThrowsAsync<SocketException>(
            () => _dialer.Create().ConnectAsync(new DialTargets(new ConnectOptions(nobody)), TestContext.Current.CancellationToken).InTimeAsync());
        Assert.Equal(
            (SocketError.ConnectionRefused, $"Cannot connect to {nobody[0]} or 2 others: 3 attempts on 3 addresses failed; the last, on {nobody[2]}: connection refused"),
            (error.SocketErrorCode, error.Message));
    }

    /// <summary>Waits for the two timers: the deadline, and when the next address starts.</summary>
    private Task StaggersAsync() => Eventually.TrueAsync(() => _dialer.Clock.Delays.Contains(DialRound.Stagger), explain: () => string.Join(", ", _dialer.Clock.Delays));

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
}
