using SocketConnector.Diagnostics;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

public sealed class GuardedClockTests
{
    private readonly List<Exception> _failures = [];

    [Fact]
    public void B78_A_clock_that_works_is_passed_through()
    {
        var clock = new ManualClock();
        TimeProvider guarded = Guarded(clock);
        int fired = 0;
        using ITimer timer = guarded.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        long before = guarded.GetTimestamp();

        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((1, TimeSpan.FromSeconds(2), clock.GetUtcNow()), (fired, guarded.GetElapsedTime(before), guarded.GetUtcNow()));
        Assert.Empty(_failures);
    }

    [Fact]
    public async Task B78_Where_a_clock_throws_the_system_stands_in_and_one_failure_is_told()
    {
        var clock = new Broken { IsBroken = true };
        TimeProvider guarded = Guarded(clock);

        Assert.True((TimeProvider.System.GetUtcNow() - guarded.GetUtcNow()).Duration() < TimeSpan.FromMinutes(1));
        long before = guarded.GetTimestamp();
        await Eventually.TrueAsync(() => guarded.GetElapsedTime(before) > TimeSpan.FromMilliseconds(20));
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using ITimer timer = guarded.CreateTimer(_ => fired.TrySetResult(), null, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        await fired.Task.InTimeAsync(what: "a timer of the system's");
        Assert.Single(_failures);
    }

    [Fact]
    public async Task B78_A_timer_that_throws_when_it_is_set_is_replaced()
    {
        var clock = new Broken();
        TimeProvider guarded = Guarded(clock);
        var fired = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using ITimer timer = guarded.CreateTimer(_ => fired.TrySetResult(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        clock.IsBroken = true;

        timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);

        await fired.Task.InTimeAsync(what: "a timer of the system's");
        Assert.Single(_failures);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B78_Connections_are_relayed_and_end_whatever_the_clock_does(bool isTransformed)
    {
        var clock = new Broken();
        DataTransformer? copying = isTransformed ? static (source, destination, token) => source.CopyToAsync(destination, token) : null;
        var log = new LogCollector();
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToSocket, Patient.Options with { TimeProvider = clock, LoggerFactory = log }, new SideOptions { Transformer = copying });
        clock.IsBroken = true;

        await pair.A.WriteAsync("question");
        pair.A.EndHalf();
        Assert.Equal("question", await pair.B.ReadTextToEndAsync());
        await pair.B.WriteAsync("answer");
        pair.B.EndHalf();
        Assert.Equal("answer", await pair.A.ReadTextToEndAsync());

        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
        await pair.Connector.StopAsync(TestContext.Current.CancellationToken).InTimeAsync();
    }

    private TimeProvider Guarded(TimeProvider clock)
    {
        TimeProvider guarded = GuardedClock.Of(clock);
        Assert.IsType<GuardedClock>(guarded).ReportTo(_failures.Add);
        return guarded;
    }

    private sealed class Broken : TimeProvider
    {
        public bool IsBroken { get; set; }

        public override DateTimeOffset GetUtcNow() => IsBroken ? throw new InvalidOperationException("no date") : base.GetUtcNow();

        public override long GetTimestamp() => IsBroken ? throw new InvalidOperationException("no timestamp") : base.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            IsBroken ? throw new InvalidOperationException("no timer") : new Timer(this, base.CreateTimer(callback, state, dueTime, period));

        private sealed class Timer(Broken clock, ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => clock.IsBroken ? throw new InvalidOperationException("no change") : inner.Change(dueTime, period);

            public void Dispose() => inner.Dispose();

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
