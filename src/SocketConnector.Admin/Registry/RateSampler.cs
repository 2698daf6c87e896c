namespace SocketConnector.Admin.Registry;

/// <summary>The one sampler that all requests share. It samples when somebody asks, and never more often than it must.</summary>
internal sealed class RateSampler(ConnectorRegistry registry, TimeProvider time)
{
    internal static readonly TimeSpan MinInterval = TimeSpan.FromSeconds(0.5);

    private readonly Lock _gate = new();
    private readonly Rates<long> _connections = new();
    private readonly Rates<string> _connectors = new();
    private Dictionary<string, ConnectorStats> _stats = [];
    private long? _sampled;

    /// <summary>Reads rates, of a new sample where the last one is old enough.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="read">Must be quick: requests wait for each other.</param>
    public T Read<T>(Func<RateReading, T> read)
    {
        lock (_gate)
        {
            TimeSpan? elapsed = _sampled is { } last ? time.GetElapsedTime(last) : null;
            if (elapsed is null || elapsed >= MinInterval)
            {
                Sample(elapsed ?? TimeSpan.Zero);
            }

            return read(new RateReading(_connections, _connectors, _stats));
        }
    }

    private void Sample(TimeSpan elapsed)
    {
        _sampled = time.GetTimestamp();
        IReadOnlyList<ConnectorEntry> entries = registry.Entries;
        _connections.Take(entries.SelectMany(static entry => entry.Connector.GetConnections()).Select(static one => (one.Id, one.BytesAToB, one.BytesBToA)), elapsed);
        _stats = entries.ToDictionary(static entry => entry.Id, static entry => entry.Connector.GetStats(), StringComparer.Ordinal);
        _connectors.Take(_stats.Select(static stats => (stats.Key, stats.Value.BytesAToB, stats.Value.BytesBToA)), elapsed);
    }
}

/// <summary>The last sample.</summary>
internal readonly struct RateReading(Rates<long> connections, Rates<string> connectors, Dictionary<string, ConnectorStats> stats)
{
    public Rate OfConnection(long id) => connections.Of(id);

    public Rate OfConnector(string id) => connectors.Of(id);

    /// <summary>As old as the sample; newer than it where the connector is.</summary>
    public ConnectorStats StatsOf(ConnectorEntry entry) => stats.GetValueOrDefault(entry.Id) ?? entry.Connector.GetStats();
}
