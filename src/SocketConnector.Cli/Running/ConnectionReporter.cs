using System.Threading.Channels;
using SocketConnector.Cli.Events;

namespace SocketConnector.Cli.Running;

/// <summary>Tells of each connection when it is joined and when it has ended, in this order.</summary>
internal sealed class ConnectionReporter(EventWriter output)
{
    // Whose beginning was not told, because standard output was not read.
    private readonly HashSet<long> _untold = [];

    /// <summary>Tells until no more events come.</summary>
    public async Task TellAsync(ChannelReader<ConnectionEvent> events)
    {
        await foreach (ConnectionEvent happened in events.ReadAllAsync())
        {
            if (happened.Closed is { } close)
            {
                TellEnd(happened, close);
            }
            else if (!output.TryWrite(new JoinedEvent(happened.Id, happened.PeerA.RemoteEndPoint, happened.PeerB.RemoteEndPoint)))
            {
                _untold.Add(happened.Id);
            }
        }
    }

    private void TellEnd(ConnectionEvent happened, CloseInfo close)
    {
        if (_untold.Remove(happened.Id))
        {
            output.Lose(1);
        }
        else
        {
            output.TryWrite(new ClosedEvent(happened.Id, close.Reason, close.Side, happened.PeerB.BytesSent, happened.PeerA.BytesSent, close.Duration));
        }
    }
}
