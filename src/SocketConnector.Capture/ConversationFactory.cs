using SocketConnector.Capture.Output;
using SocketConnector.Capture.Packets;

namespace SocketConnector.Capture;

/// <summary>Makes the conversations of a connection in the views that are wanted.</summary>
/// <param name="queue">Takes their packets.</param>
/// <param name="ends">Gives an address to ends that have none.</param>
/// <param name="view">Which are wanted.</param>
internal sealed class ConversationFactory(PacketQueue queue, StandIns ends, CaptureView view)
{
    private readonly InterfaceSink _clear = new(queue, InterfaceId.Clear);
    private readonly InterfaceSink _wire = new(queue, InterfaceId.Wire);

    /// <returns>What is relayed; none where the wire is all that is wanted, and there is one.</returns>
    public Conversation? ClearOf(ConnectionFacts connection) =>
        view.HasFlag(CaptureView.Clear) || (connection.PeerA.Tls ?? connection.PeerB.Tls) is null
            ? Clear(ends.Of(connection.PeerA), ends.Of(connection.PeerB), FirstOf(connection))
            : null;

    public Conversation Clear(PacketEnd a, PacketEnd b, uint first) => new(_clear, a, b, first);

    /// <returns>What passes below the TLS of a peer; none where it is not wanted, or there is no TLS.</returns>
    public WireConversation? WireOf(ConnectionFacts connection, Side side)
    {
        Peer peer = side == Side.A ? connection.PeerA : connection.PeerB;
        if (!view.HasFlag(CaptureView.Wire) || peer.Tls is null)
        {
            return null;
        }

        (PacketEnd remote, PacketEnd local) = ends.OfWire(peer);
        (PacketEnd a, PacketEnd b) = side == Side.A ? (remote, local) : (local, remote);
        return new WireConversation(peer, new Conversation(_wire, a, b, FirstOf(connection)) { Inbound = side }, connection.Id);
    }

    /// <summary>Any number will do; ends that come back are told apart where it is another one.</summary>
    private static uint FirstOf(ConnectionFacts connection) => unchecked((uint)connection.Id * 2_654_435_761u);
}
