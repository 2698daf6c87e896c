using SocketConnector.Admin.Registry;

namespace SocketConnector.Admin.Events;

/// <summary>The connectors that one reader follows.</summary>
/// <param name="wanted">Which, asked anew each time: some are added later.</param>
/// <param name="queue">Where their events go.</param>
internal sealed class Subscriptions(Func<IReadOnlyList<ConnectorEntry>> wanted, EventQueue queue) : IDisposable
{
    private readonly Dictionary<ConnectorEntry, IDisposable> _all = [];

    public IEnumerable<Connection> Connections => _all.Keys.SelectMany(static entry => entry.Connector.GetConnections());

    /// <summary>Follows those that are wanted now, and no others.</summary>
    /// <returns>Those that are new.</returns>
    public List<ConnectorEntry> Update()
    {
        IReadOnlyList<ConnectorEntry> now = wanted();
        List<ConnectorEntry> added = [.. now.Where(entry => !_all.ContainsKey(entry))];
        foreach (ConnectorEntry entry in added)
        {
            _all.Add(entry, entry.Connector.AddEvents(queue.WriterFor(entry)));
        }

        foreach (ConnectorEntry gone in _all.Keys.Except(now).ToArray())
        {
            _all.Remove(gone, out IDisposable? subscription);
            subscription!.Dispose();
        }

        return added;
    }

    public void Dispose()
    {
        foreach (IDisposable subscription in _all.Values)
        {
            subscription.Dispose();
        }
    }
}
