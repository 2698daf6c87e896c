using SocketConnector.Joining;
using SocketConnector.TestKit;
using SocketConnector.Tests.Sockets;

namespace SocketConnector.Tests.Relaying;

public sealed class HalfCloseTimerTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);

    private readonly ManualClock _clock = new();
    private readonly FlowCounter _aToB;
    private readonly FlowCounter _bToA;
    private readonly ToldSocket _a = new();
    private readonly ToldSocket _b = new();
    private bool _ends = true;
    private int _expired;

    public HalfCloseTimerTests() => (_aToB, _bToA) = (new FlowCounter(_clock), new FlowCounter(_clock));

    [Fact]
    public void It_expires_at_the_tick_and_once()
    {
        using HalfCloseTimer timer = Started(_timeout);
        _clock.Advance(_timeout - _tick);
        Assert.Equal(0, _expired);
        _clock.Advance(_tick);
        Assert.Equal(1, _expired);
        _clock.Advance(_timeout * 10);
        Assert.Equal(1, _expired);
    }

    [Fact]
    public void It_counts_from_the_moment_that_it_is_given()
    {
        using HalfCloseTimer timer = Timer(_timeout);
        long since = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromSeconds(50));
        timer.Start(since);
        _clock.Advance(TimeSpan.FromSeconds(10) - _tick);
        Assert.Equal(0, _expired);
        _clock.Advance(_tick);
        Assert.Equal(1, _expired);
    }

    /// <summary>A wait of -1 ms would be one without end.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_silence_that_is_over_when_it_starts_expires_at_once(int millisecondsAgo)
    {
        using HalfCloseTimer timer = Timer(_timeout);
        long since = _clock.GetTimestamp();
        _clock.Advance(_timeout + TimeSpan.FromMilliseconds(millisecondsAgo));
        timer.Start(since);
        _clock.Advance(_tick);
        Assert.Equal(1, _expired);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_byte_either_way_starts_it_anew(bool isAToB)
    {
        using HalfCloseTimer timer = Started(_timeout);
        _clock.Advance(TimeSpan.FromSeconds(45));
        (isAToB ? _aToB : _bToA).AddReceived(1);
        _clock.Advance(_timeout - _tick);
        Assert.Equal(0, _expired);
        _clock.Advance(_tick);
        Assert.Equal(1, _expired);
    }

    [Fact]
    public void A_peer_that_still_takes_what_the_kernel_holds_starts_it_anew()
    {
        (_a.NotSent, _a.Acknowledged) = (5000, 1);
        using HalfCloseTimer timer = Started(_timeout);
        _clock.Advance(TimeSpan.FromSeconds(30));
        (_a.NotSent, _a.Acknowledged) = (1000, 4001);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, _expired);
        _clock.Advance(_timeout);
        Assert.Equal(1, _expired);
    }

    [Fact]
    public void Where_the_silence_does_not_matter_yet_it_looks_again()
    {
        _ends = false;
        using HalfCloseTimer timer = Started(_timeout);
        _clock.Advance(_timeout);
        Assert.Equal(1, _expired);
        _ends = true;
        _clock.Advance(_timeout);
        Assert.Equal(2, _expired);
    }

    [Fact]
    public void Without_a_limit_it_never_expires()
    {
        using HalfCloseTimer timer = Started(Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, _expired);
    }

    [Fact]
    public void Disposed_it_leaves_no_timer()
    {
        HalfCloseTimer timer = Started(_timeout);
        Assert.Equal(1, _clock.ActiveTimers);
        timer.Dispose();
        Assert.Equal(0, _clock.ActiveTimers);
        _clock.Advance(_timeout);
        Assert.Equal(0, _expired);
    }

    private HalfCloseTimer Timer(TimeSpan timeout) => new(
        _clock,
        timeout,
        new Movement(_aToB, _bToA, _a, _b),
        expired: () =>
        {
            _expired++;
            return _ends;
        });

    private HalfCloseTimer Started(TimeSpan timeout)
    {
        HalfCloseTimer timer = Timer(timeout);
        timer.Start(_clock.GetTimestamp());
        return timer;
    }
}
