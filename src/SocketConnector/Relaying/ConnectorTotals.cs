using SocketConnector.Diagnostics;
using SocketConnector.Joining;
using SocketConnector.Matching;

namespace SocketConnector.Relaying;

/// <summary>What the meter observes of a connector.</summary>
internal sealed class ConnectorTotals(ConnectionSet connections, PendingQueue pending, Observer observer) : IConnectorTotals
{
    public long Active => connections.Count;

    public long DroppedEvents => observer.LostEvents;

    public long MissedByTaps => observer.MissedByTaps;

    public long Pending(Side side) => pending.Count(side);

    public long DeliveredTo(Side side) => connections.DeliveredTo(side);
}
