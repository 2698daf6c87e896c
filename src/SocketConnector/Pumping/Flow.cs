using System.Net.Sockets;
using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Pumping;

/// <summary>One direction of one connection: where bytes come from, where they go, and who wants to know.</summary>
internal sealed record Flow(long ConnectionId, PeerSocket Source, PeerSocket Destination, FlowCounter Counter, DataTransformer? Transformer, TrafficLog? Traffic)
{
    /// <summary>Counts and, if asked for, shows what was read.</summary>
    public void Received(ReadOnlySpan<byte> chunk)
    {
        Counter.AddReceived(chunk.Length);
        Traffic?.Show(ConnectionId, Source.Side, chunk);
    }

    /// <summary>Hands a chunk to the destination's socket, whole, and counts what is delivered.</summary>
    public async ValueTask DeliverAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        while (!chunk.IsEmpty)
        {
            int sent = await Destination.Socket.SendAsync(chunk, SocketFlags.None, cancellationToken).ConfigureAwait(false);
            Counter.AddDelivered(sent);
            chunk = chunk[sent..];
        }
    }

    /// <summary>Ends the destination's stream, behind everything delivered.</summary>
    public void EndDestination() => Destination.Socket.Shutdown(SocketShutdown.Send);
}
