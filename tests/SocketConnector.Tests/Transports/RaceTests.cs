using System.Net;
using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Transports;

public sealed class RaceTests
{
    private static readonly TimeSpan _stagger = TimeSpan.FromMilliseconds(250);

    [Fact]
    public void B99_A_dead_address_costs_the_stagger()
    {
        var race = new Race(Targets(2), _stagger);
        Assert.True(race.TryStart(TimeSpan.Zero, out Candidate dead));
        Assert.Equal((0, _stagger), (dead.Place, race.Next));
        Assert.False(race.TryStart(_stagger - TimeSpan.FromTicks(1), out _));
        Assert.Empty(race.Overdue(_stagger - TimeSpan.FromTicks(1)));
        Assert.True(race.TryStart(_stagger, out Candidate alive));
        Assert.Equal((1, (TimeSpan?)null), (alive.Place, race.Next));
        Assert.Equal([0], race.Overdue(_stagger));
    }

    [Fact]
    public void B99_After_a_failure_the_next_starts_at_once_and_alone()
    {
        var race = new Race(Targets(3), _stagger);
        Assert.True(race.TryStart(TimeSpan.Zero, out Candidate first));
        Assert.True(race.Failed(first));
        Assert.True(race.TryStart(TimeSpan.Zero, out Candidate second));
        Assert.False(race.TryStart(TimeSpan.Zero, out _));
        Assert.True(race.Failed(second));
        Assert.True(race.TryStart(TimeSpan.Zero, out Candidate third));
        Assert.False(race.IsLost);
        Assert.True(race.Failed(third));
        Assert.True(race.IsLost);
    }

    [Fact]
    public void B99_The_addresses_of_a_name_take_its_place_before_the_next_target()
    {
        var race = new Race(Targets(2), _stagger);
        Assert.True(race.TryStart(TimeSpan.Zero, out Candidate name));
        race.Resolved(name, [.. Targets(2)]);
        Assert.True(race.TryStart(TimeSpan.Zero, out Candidate first));
        Assert.Equal((0, name.EndPoint), (first.Place, first.Name));
        Assert.False(race.Failed(first));
        Assert.True(race.TryStart(TimeSpan.Zero, out Candidate second));
        Assert.Equal(0, second.Place);
        Assert.True(race.Failed(second));
        Assert.True(race.TryStart(TimeSpan.Zero, out Candidate next));
        Assert.Equal(1, next.Place);
    }

    /// <summary>Any order of time, failures and names: what the rules say holds after each step.</summary>
    [Fact]
    public Task B99_Whatever_happens_the_rules_hold() => Seeded.RunAsync(seed =>
    {
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++)
        {
            PlayOne(random);
        }

        return Task.CompletedTask;
    });

    private static void PlayOne(Random random)
    {
        int targets = random.Next(1, 6);
        var race = new Race(Targets(targets), _stagger);
        List<Candidate> running = [];
        HashSet<(int, EndPoint)> started = [];
        TimeSpan now = TimeSpan.Zero;
        TimeSpan lastStart = TimeSpan.MinValue;
        int lastPlace = 0;
        int owed = 1;
        int waiting = targets;
        while (!race.IsLost)
        {
            while (race.TryStart(now, out Candidate candidate))
            {
                Assert.True(owed > 0 || now - lastStart >= _stagger, "started early");
                Assert.True(candidate.Place >= lastPlace || candidate.Name is not null, "out of order");
                Assert.True(started.Add((candidate.Place, candidate.EndPoint)), "started twice");
                owed = Math.Max(owed - 1, 0);
                waiting--;
                running.Add(candidate);
                (lastStart, lastPlace) = (now, candidate.Place);
            }

            Assert.True(waiting == 0 || (owed == 0 && now - lastStart < _stagger), "held back");
            Assert.Equal(waiting == 0 ? null : lastStart + _stagger, race.Next);
            Assert.All(race.Overdue(now), place => Assert.Contains(running, candidate => candidate.Place == place));
            if (running.Count == 0 || random.Next(3) == 0)
            {
                now += TimeSpan.FromMilliseconds(random.Next(1, 300));
                continue;
            }

            int index = random.Next(running.Count);
            Candidate ended = running[index];
            running.RemoveAt(index);
            if (ended.Name is null && random.Next(3) == 0)
            {
                int addresses = random.Next(1, 4);
                race.Resolved(ended, [.. Enumerable.Range(1, addresses).Select(number => new IPEndPoint(IPAddress.Loopback, number))]);
                waiting += addresses;
                lastPlace = 0;
            }
            else
            {
                race.Failed(ended);
            }

            owed = Math.Min(owed + 1, waiting);
        }

        Assert.Equal((0, 0), (running.Count, waiting));
    }

    private static IEnumerable<EndPoint> Targets(int count) => Enumerable.Range(1, count).Select(number => new DnsEndPoint($"target{number}", 80));
}
