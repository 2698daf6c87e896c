using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Sockets;

/// <summary>Counts the sockets of the process, so it runs alone.</summary>
[Collection(Alone.Name)]
public sealed class DialerTests
{
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task B06_A_refused_connect_says_where_and_leaves_nothing_open()
    {
        using SocketPair waiting = await SocketPair.CreateAsync();
        ByteStream peer = ByteStreams.Of(waiting.Near.Socket, LoopGroup.Shared);
        int before = Descriptors.SettledSockets();
        var target = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, TestServer.RefusingPort());
        Dialer dialer = DialerFor(_long);
        SocketException waited = await Assert.ThrowsAsync<SocketException>(() => dialer.ConnectAsync(To(target), TestContext.Current.CancellationToken).InTimeAsync());
        Assert.Equal(SocketError.ConnectionRefused, waited.SocketErrorCode);
        Assert.Contains(target.ToString(), waited.Message, StringComparison.Ordinal);

        // What is begun without waiting ends the same, whether the system refuses it at once or in a moment.
        SocketException begun = await Assert.ThrowsAsync<SocketException>(
            () => dialer.Begin(To(target), peer).FinishAsync(TestContext.Current.CancellationToken).InTimeAsync());
        Assert.Equal((waited.SocketErrorCode, waited.Message), (begun.SocketErrorCode, begun.Message));
        Assert.Equal(before, Descriptors.SettledSockets());
        peer.Close();
    }

    [Fact]
    public async Task B16_A_connect_that_is_answered_late_is_waited_for()
    {
        using var slow = new TestServer(backlog: 1);
        await slow.FillAsync();
        Task<Dialled> connecting = DialerFor(_long).ConnectAsync(To(slow.EndPoint), TestContext.Current.CancellationToken);
        Assert.False(connecting.IsCompleted, "connected to a full backlog");
        await slow.EmptyAsync();
        ByteStream socket = (await connecting.InTimeAsync()).Stream;
        Assert.Equal(TestEngine.Plain == RelayEngine.Linux, socket is DescriptorSocket);
        using TestPeer far = await slow.AcceptAsync();
        Assert.Equal(far.LocalEndPoint, socket.Remote.ToEndPoint());
        socket.Close();
        Assert.Empty(await far.ReadToEndAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B16_A_connect_that_is_never_answered_is_given_up_and_leaves_nothing_open(bool isTimedOut)
    {
        using var silent = new TestServer(backlog: 1);
        await silent.FillAsync();
        int before = Descriptors.SettledSockets();
        using var enough = new CancellationTokenSource();
        var clock = new ManualClock();
        Task<Dialled> connecting = DialerFor(_long, clock).ConnectAsync(To(silent.EndPoint), enough.Token);
        if (isTimedOut)
        {
            clock.Advance(_long);
            SocketException late = await Assert.ThrowsAsync<SocketException>(() => connecting.InTimeAsync());
            Assert.Equal(SocketError.TimedOut, late.SocketErrorCode);
            Assert.Contains(silent.EndPoint.ToString(), late.Message, StringComparison.Ordinal);
        }
        else
        {
            await enough.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.InTimeAsync());
        }

        await Eventually.TrueAsync(() => Descriptors.SettledSockets() <= before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B06_Of_two_connects_the_first_failure_ends_the_other(bool isFirst)
    {
        using var silent = new TestServer(backlog: 1);
        await silent.FillAsync();
        int before = Descriptors.SettledSockets();
        var refusing = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, TestServer.RefusingPort());
        Task both = isFirst
            ? DialerFor(_long).ConnectBothAsync(To(refusing), To(silent.EndPoint), TestContext.Current.CancellationToken)
            : DialerFor(_long).ConnectBothAsync(To(silent.EndPoint), To(refusing), TestContext.Current.CancellationToken);
        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => both.InTimeAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        await Eventually.TrueAsync(() => Descriptors.SettledSockets() <= before);
    }

    [Fact]
    public async Task B78_A_clock_that_fails_leaves_no_connect_open()
    {
        using var slow = new TestServer(backlog: 1);
        await slow.FillAsync();
        int before = Descriptors.SettledSockets();
        using SocketPair waiting = await SocketPair.CreateAsync();
        ByteStream peer = ByteStreams.Of(waiting.Near.Socket, LoopGroup.Shared);
        Dialer dialer = DialerFor(_long, new NoClock());
        await Assert.ThrowsAsync<NotSupportedException>(
            () => dialer.Begin(To(slow.EndPoint), peer).FinishAsync(TestContext.Current.CancellationToken).InTimeAsync());
        peer.Close();
        waiting.Dispose();
        await Eventually.TrueAsync(() => Descriptors.SettledSockets() <= before);
    }

    private sealed class NoClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("no timers");
    }

    private static DialTargets To(System.Net.EndPoint endPoint) => new(new ConnectOptions(endPoint));

    private static Dialer DialerFor(TimeSpan timeout, TimeProvider? time = null) => new(timeout, time ?? TimeProvider.System, LoopGroup.Shared);
}
