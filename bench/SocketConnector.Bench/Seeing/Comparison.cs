using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Seeing;

/// <summary>Pairs of measurements, without and with somebody who sees.</summary>
/// <param name="id">What <c>--only</c> calls it.</param>
/// <param name="title">What is done, for the reader of the table.</param>
/// <param name="least">The ratio that is promised.</param>
internal abstract class Comparison(string id, string title, double least)
{
    public string Id { get; } = id;

    public string Title { get; } = title;

    public double Least { get; } = least;

    /// <summary>One pair of each figure, at least. Every other round begins with the other side.</summary>
    public abstract IAsyncEnumerable<Pair> MeasureAsync(int round);
}

/// <summary>Somebody who sees into a relay, until disposed.</summary>
internal interface IWatcher : IAsyncDisposable
{
    /// <summary>What it has cost so far; throws <see cref="InvalidOperationException"/> where it has seen nothing.</summary>
    IReadOnlyList<Reading> Read();
}

/// <summary>A thousand connections, some of them busy, through a relay that somebody watches, and through one that has nothing to see it with.</summary>
/// <param name="id">As of every comparison.</param>
/// <param name="title">As of every comparison.</param>
/// <param name="least">As of every comparison.</param>
/// <param name="without">Starts the one.</param>
/// <param name="with">Starts the other.</param>
/// <param name="watchAsync">Who watches that one; none for a comparison of like with like.</param>
internal sealed class WatchedLoad(string id, string title, double least, Func<Task<SeenRelay>> without, Func<Task<SeenRelay>> with, Func<SeenRelay, Task<IWatcher>>? watchAsync)
    : Comparison(id, title, least)
{
    public const int Connections = 1_000;

    public override async IAsyncEnumerable<Pair> MeasureAsync(int round)
    {
        foreach (Workload workload in Workload.All)
        {
            bool isWithFirst = round % 2 == 0;
            IReadOnlyList<Reading> first = await TurnAsync(workload, isWithFirst);
            IReadOnlyList<Reading> second = await TurnAsync(workload, !isWithFirst);
            foreach (Pair pair in Pair.Of(Id, Least, without: isWithFirst ? second : first, with: isWithFirst ? first : second))
            {
                yield return pair;
            }
        }
    }

    private async Task<IReadOnlyList<Reading>> TurnAsync(Workload workload, bool isSeen)
    {
        await using SeenRelay relay = await (isSeen ? with() : without());
        await using LoadProcess idle = await relay.Stage.HoldAsync(Connections - workload.Busy);
        if (!isSeen || watchAsync is null)
        {
            return await workload.MeasureAsync(relay);
        }

        await using IWatcher watcher = await watchAsync(relay);
        IReadOnlyList<Reading> readings = await workload.MeasureAsync(relay);
        return [.. readings, .. watcher.Read()];
    }
}
