using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Transports;

public sealed class TargetHealthTests
{
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);

    [Fact]
    public void B99_Targets_come_first_in_their_turn()
    {
        TargetHealth health = Health(3, TargetOrder.RoundRobin);
        Assert.Equal(["012", "120", "201", "012"], Enumerable.Range(0, 4).Select(_ => Order(health.Choose(TimeSpan.Zero))));
    }

    [Fact]
    public void B99_What_is_left_shares_the_turns_of_one_that_failed()
    {
        TargetHealth health = Health(3, TargetOrder.RoundRobin);
        health.Failed(health.Choose(TimeSpan.Zero)[0], TimeSpan.Zero);
        Assert.Equal(["210", "120", "210", "120"], Enumerable.Range(0, 4).Select(_ => Order(health.Choose(TimeSpan.Zero))));
    }

    [Fact]
    public void B99_The_first_that_works_comes_first()
    {
        TargetHealth health = Health(3, TargetOrder.Failover);
        TargetChoice[] all = health.Choose(TimeSpan.Zero);
        Assert.Equal("012", Order(all));
        health.Failed(all[0], TimeSpan.Zero);
        Assert.Equal("120", Order(health.Choose(TimeSpan.Zero)));
        health.Failed(all[1], TimeSpan.Zero);
        health.Failed(all[2], TimeSpan.Zero);
        Assert.Equal("012", Order(health.Choose(TimeSpan.Zero)));
    }

    [Fact]
    public void B99_A_target_that_failed_is_tried_again_by_one_dial_after_a_rest_that_doubles_to_30_seconds()
    {
        TargetHealth health = Health(2, TargetOrder.Failover);
        TimeSpan now = TimeSpan.Zero;
        health.Failed(health.Choose(now)[0], now);
        foreach (int rest in (int[])[1, 2, 4, 8, 16, 30, 30])
        {
            now += TimeSpan.FromSeconds(rest) - _tick;
            Assert.Equal("10", Order(health.Choose(now)));
            now += _tick;
            TargetChoice trial = health.Choose(now)[0];
            Assert.Equal(new TargetChoice(0, IsTrial: true), trial);
            Assert.Equal("10", Order(health.Choose(now)));

            // What the dials of before find changes nothing, and a trial that shows nothing is made again.
            health.Failed(new TargetChoice(0, IsTrial: false), now);
            health.GiveUp(trial);
            Assert.Equal(trial, health.Choose(now)[0]);
            health.Failed(trial, now);
        }

        health.Succeeded(new TargetChoice(0, IsTrial: false));
        Assert.Equal(new TargetChoice(0, IsTrial: false), health.Choose(now)[0]);
    }

    [Fact]
    public Task B99_Every_choice_has_every_target_once_and_there_is_one_trial_at_a_time() => Seeded.RunAsync(seed =>
    {
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            int count = random.Next(1, 5);
            var health = new TargetHealth(count, (TargetOrder)random.Next(2), random.NextDouble);
            TimeSpan now = TimeSpan.Zero;
            List<TargetChoice> open = [];
            for (int step = 0; step < 60; step++)
            {
                now += TimeSpan.FromMilliseconds(random.Next(2_000));
                TargetChoice[] choices = health.Choose(now);
                Assert.Equal(Enumerable.Range(0, count), choices.Select(choice => choice.Target).Order());
                open.AddRange(choices);
                Assert.True(open.Where(choice => choice.IsTrial).GroupBy(choice => choice.Target).All(trials => trials.Count() == 1), "two trials of one");
                while (open.Count > 0 && random.Next(4) > 0)
                {
                    int index = random.Next(open.Count);
                    TargetChoice ended = open[index];
                    open.RemoveAt(index);
                    switch (random.Next(3))
                    {
                        // One that works for anybody is no longer tried, and may fail anew meanwhile.
                        case 0 when open.TrueForAll(other => other.Target != ended.Target || !other.IsTrial):
                            health.Succeeded(ended);
                            break;
                        case 1:
                            health.Failed(ended, now);
                            break;
                        default:
                            health.GiveUp(ended);
                            break;
                    }
                }
            }
        }

        return Task.CompletedTask;
    });

    [Fact]
    public void B99_Waits_double_up_to_their_limit_and_are_jittered()
    {
        TimeSpan first = TimeSpan.FromMilliseconds(100);
        Assert.Equal([100, 200, 400, 800, 1600, 3200, 5000, 5000], Enumerable.Range(0, 8).Select(earlier => Backoff.BeforeRetry(first, earlier, 1).TotalMilliseconds));
        Assert.Equal(TimeSpan.Zero, Backoff.BeforeRetry(first, 999, 0));
        Assert.Equal(TimeSpan.FromSeconds(10), Backoff.BeforeRetry(TimeSpan.FromSeconds(10), 999, 1));
        Assert.Equal((500, 1000, 30_000), (Backoff.OfTarget(1, 0).TotalMilliseconds, Backoff.OfTarget(1, 1).TotalMilliseconds, Backoff.OfTarget(int.MaxValue, 1).TotalMilliseconds));
    }

    private static TargetHealth Health(int count, TargetOrder order) => new(count, order, static () => 1);

    private static string Order(TargetChoice[] choices) => string.Concat(choices.Select(choice => choice.Target));
}
