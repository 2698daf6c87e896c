using SocketConnector.TestKit;
using SocketConnector.Timing;

namespace SocketConnector.Tests.Timing;

public sealed class OneShotTests
{
    [Theory]
    [InlineData(0.4, 1)]
    [InlineData(1, 1)]
    [InlineData(1.0001, 2)]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    public void A_timer_of_the_system_is_set_in_whole_milliseconds_so_that_it_never_fires_early(double wait, double expected)
    {
        using var timer = new Noted();
        timer.SetIn(TimeSpan.FromMilliseconds(wait), TimeProvider.System);
        Assert.Equal(TimeSpan.FromMilliseconds(expected), timer.Wait);
    }

    [Fact]
    public void A_timer_of_a_user_is_set_to_the_tick()
    {
        using var timer = new Noted();
        timer.SetIn(TimeSpan.FromTicks(1), new ManualClock());
        Assert.Equal(TimeSpan.FromTicks(1), timer.Wait);
    }

    private sealed class Noted : ITimer
    {
        public TimeSpan? Wait { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Wait = dueTime;
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
