using SocketConnector.Pacing;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Pacing;

public sealed class PacerTests
{
    private static readonly TimeSpan _step = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan _long = TimeSpan.FromSeconds(6);

    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(1024)]
    [InlineData(10_000)]
    [InlineData(1_000_000)]
    [InlineData(100_000_000)]
    public void B98_A_direction_reads_at_its_own_rate_and_smoothly(long rate)
    {
        var reader = new Greed(new Pacer(_clock, rate: null).NewPace(rate)!, _clock);
        Run(_long, reader);
        IsSmooth(rate, reader.Within);
    }

    [Theory]
    [InlineData(1024, 1)]
    [InlineData(1024, 3)]
    [InlineData(64 * 1024, 4)]
    [InlineData(1_000_000, 1)]
    [InlineData(1_000_000, 7)]
    [InlineData(100_000_000, 50)]
    public void B98_All_directions_together_read_at_the_connector_s_rate_smoothly_and_in_equal_parts(long rate, int count)
    {
        var pacer = new Pacer(_clock, rate);
        Greed[] readers = [.. Enumerable.Range(0, count).Select(_ => new Greed(pacer.NewPace(null)!, _clock))];
        Run(_long, readers);

        IsSmooth(rate, (from, length) => readers.Sum(reader => reader.Within(from, length)));
        AreEqual(readers);
    }

    [Fact]
    public void B98_What_one_cannot_use_goes_to_the_others()
    {
        const int Rate = 1_000_000, Slow = 50_000;
        var pacer = new Pacer(_clock, Rate);
        var slow = new Greed(pacer.NewPace(Slow)!, _clock);
        Greed[] fast = [new(pacer.NewPace(null)!, _clock), new(pacer.NewPace(null)!, _clock)];
        Run(_long, [slow, .. fast]);

        Assert.InRange(slow.Total / _long.TotalSeconds, 0.95 * Slow, 1.05 * Slow);
        IsSmooth(Rate, (from, length) => slow.Within(from, length) + fast.Sum(reader => reader.Within(from, length)));
        AreEqual(fast);
    }

    [Fact]
    public void B98_Those_that_read_little_at_a_time_leave_the_rest_to_others()
    {
        const int Rate = 1_000_000;
        var pacer = new Pacer(_clock, Rate);
        Greed[] small = [.. Enumerable.Range(0, 20).Select(_ => new Greed(pacer.NewPace(null)!, _clock, most: 10))];
        var large = new Greed(pacer.NewPace(null)!, _clock);
        for (TimeSpan now = TimeSpan.Zero; now < _long; now += _step)
        {
            // A message now and then.
            Array.ForEach(small, reader => reader.ReadOnce());
            large.Read();
            _clock.Advance(_step);
        }

        long all = large.Total + small.Sum(reader => reader.Total);
        Assert.InRange(all / _long.TotalSeconds, 0.95 * Rate, 1.05 * Rate);
        Assert.All(small, reader => Assert.InRange(reader.Total, 1000, int.MaxValue));
    }

    [Theory]
    [InlineData(64 * 1024)]
    [InlineData(100_000_000)]
    public void B98_Whoever_asks_first_and_again_gets_no_more_than_the_others(long rate)
    {
        var pacer = new Pacer(_clock, rate);
        Greed[] readers = [.. Enumerable.Range(0, 5).Select(_ => new Greed(pacer.NewPace(null)!, _clock))];
        for (TimeSpan now = TimeSpan.Zero; now < _long; now += _step)
        {
            Array.ForEach(readers, reader => reader.Read());
            _clock.Advance(_step);
        }

        IsSmooth(rate, (from, length) => readers.Sum(reader => reader.Within(from, length)));
        AreEqual(readers);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 2)]
    public void B98_Those_that_are_late_for_a_share_get_as_much_as_the_others(int count, int late)
    {
        // So much a second that a share is worked off only when the next are given out.
        var pacer = new Pacer(_clock, 20_000_000);
        Greed[] readers = [.. Enumerable.Range(0, count).Select(_ => new Greed(pacer.NewPace(null)!, _clock))];
        int step = 0;
        for (TimeSpan now = TimeSpan.Zero; now < _long; now += _step)
        {
            bool isTheirTurn = step++ % 3 == 0;
            Array.ForEach(isTheirTurn ? readers : readers[late..], reader => reader.Read());
            _clock.Advance(_step);
        }

        AreEqual(readers);
    }

    [Fact]
    public void B98_One_that_comes_later_takes_no_more_than_a_moment_s_worth_from_the_others()
    {
        const int Rate = 100_000;
        var pacer = new Pacer(_clock, Rate);
        Greed[] first = [new(pacer.NewPace(null)!, _clock), new(pacer.NewPace(null)!, _clock)];
        Run(_long, first);
        long before = first[0].Total;
        var late = new Greed(pacer.NewPace(null)!, _clock);
        Run(TimeSpan.FromSeconds(1), [.. first, late]);
        Assert.InRange(first[0].Total - before, 0.25 * Rate, 0.4 * Rate);
        Assert.InRange(late.Total, 0.25 * Rate, 0.45 * Rate);
    }

    [Fact]
    public void B98_A_timer_that_is_late_loses_nothing()
    {
        const int Rate = 1_000_000;
        var pacer = new Pacer(_clock, Rate);
        Greed[] readers = [new(pacer.NewPace(Rate / 2)!, _clock), new(pacer.NewPace(Rate)!, _clock)];
        for (TimeSpan now = TimeSpan.Zero; now < _long; now += TimeSpan.FromMilliseconds(19))
        {
            Array.ForEach(readers, reader => reader.Read());
            _clock.Advance(TimeSpan.FromMilliseconds(19));
        }

        Assert.InRange(readers.Sum(reader => reader.Total) / _long.TotalSeconds, 0.95 * Rate, 1.05 * Rate);
    }

    [Fact]
    public void B98_A_direction_that_has_paused_does_not_make_up_for_it()
    {
        const int Rate = 1_000_000;
        var reader = new Greed(new Pacer(_clock, rate: null).NewPace(Rate)!, _clock);
        _clock.Advance(TimeSpan.FromMinutes(1));
        reader.Read();
        Assert.InRange(reader.Total, 1, Rate / 20);
    }

    [Fact]
    public void B98_A_thousand_that_are_held_back_have_one_timer_and_none_is_set_while_none_is()
    {
        var pacer = new Pacer(_clock, 10_000_000);
        Pace idle = pacer.NewPace(1024)!;
        Assert.Equal(0, _clock.ActiveTimers);
        Greed[] readers = [.. Enumerable.Range(0, 1000).Select(i => new Greed(pacer.NewPace(i % 2 == 0 ? 100_000 : null)!, _clock))];
        Array.ForEach(readers, reader => reader.Read());
        Assert.Equal(1, _clock.ActiveTimers);
        Assert.False(idle.IsHeldBack);

        // Each is served once, and asks no more.
        for (int i = 0; i < 20; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.All(readers, reader => Assert.True(reader.IsWoken));
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public void B98_One_that_is_closed_is_held_back_no_more_and_leaves_its_share()
    {
        const int Rate = 100_000;
        var pacer = new Pacer(_clock, Rate);
        Pace first = pacer.NewPace(null)!, second = pacer.NewPace(null)!;
        int woken = 0;
        first.Woken = () => woken++;
        first.GiveBack(first.Take(64 * 1024) - (Rate / 20));
        Assert.Equal(0, first.Take(1000));
        Assert.Equal(0, second.Take(1000));
        Assert.True(first.IsHeldBack && second.IsHeldBack);

        first.Close();
        first.Close();

        Assert.Equal((2, false), (woken, first.IsHeldBack));
        Assert.Equal(1000, first.Take(1000));
        _clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.False(second.IsHeldBack);
        Assert.Equal(1000, second.Take(1000));
    }

    [Fact]
    public void B98_Without_a_rate_there_is_no_pace() => Assert.Null(new Pacer(_clock, rate: null).NewPace(null));

    private void Run(TimeSpan time, params Greed[] readers)
    {
        for (TimeSpan now = TimeSpan.Zero; now < time; now += _step)
        {
            while (readers.Any(reader => reader.IsWoken))
            {
                // One read each, as loops take turns.
                Array.ForEach(readers, reader =>
                {
                    if (reader.IsWoken)
                    {
                        reader.ReadOnce();
                    }
                });
            }

            _clock.Advance(_step);
        }
    }

    private static void IsSmooth(long rate, Func<TimeSpan, TimeSpan, long> within)
    {
        TimeSpan two = TimeSpan.FromSeconds(2), tenth = TimeSpan.FromMilliseconds(50);
        for (TimeSpan from = TimeSpan.Zero; from <= _long - two; from += TimeSpan.FromMilliseconds(137))
        {
            Assert.InRange(within(from, two), 0.95 * 2 * rate, 1.05 * 2 * rate);

            // At any moment, and in what any moment has room for, no more than a tenth of a second's worth.
            Assert.InRange(within(from, tenth), 0, 0.1 * rate);
            Assert.InRange(within(from, _step), 0, 0.1 * rate);
        }
    }

    private static void AreEqual(Greed[] readers) => Assert.InRange((double)readers.Max(reader => reader.Total) / readers.Min(reader => reader.Total), 1, 1.1);
}
