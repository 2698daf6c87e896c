using System.Globalization;
using SocketConnector.Capture.Packets;

namespace SocketConnector.Capture;

/// <summary>The conversation between one peer over TLS and the relay, below TLS. Written once a byte of it was seen.</summary>
/// <param name="peer">The peer, over TLS.</param>
/// <param name="conversation">Its conversation in the capture.</param>
/// <param name="id">The connection's.</param>
internal sealed class WireConversation(Peer peer, Conversation conversation, long id)
{
    private bool _hasBegun;

    /// <summary>Whether the connection is being joined, so that what was kept of the handshake is still to come.</summary>
    public bool IsNew { get; set; }

    /// <summary>Of what was seen.</summary>
    public long Missed { get; private set; }

    public void Data(TapChunk chunk)
    {
        Begin();
        Skip(chunk.Side, chunk.Missed);
        conversation.Data(chunk.Side, chunk.Bytes, chunk.Time);
    }

    public void End(TapEnd ended)
    {
        Begin();
        Skip(ended.Side, ended.Missed);
        conversation.End(ended.Side, ended.Time);
    }

    /// <inheritdoc cref="Conversation.TakeDropped"/>
    public long TakeDropped() => conversation.TakeDropped();

    /// <summary>The connection has closed, and with it this.</summary>
    public void Close(TapClosed closed, string comment)
    {
        if (!_hasBegun)
        {
            return;
        }

        Skip(peer.Side, closed.MissedOnWire(peer.Side, peer.Side));
        Skip(Relay, closed.MissedOnWire(peer.Side, Relay));
        conversation.Comment(comment);
        if (closed.Info.Reason is CloseReason.Completed or CloseReason.Ended)
        {
            conversation.End(peer.Side, closed.Time);
            conversation.End(Relay, closed.Time);
            conversation.Close(closed.Time);
        }
        else
        {
            // The relay passes on a reset that came from the other side, and makes any that neither peer made.
            conversation.Reset(closed.Info.Reason == CloseReason.PeerReset && closed.Info.Side == peer.Side ? peer.Side : Relay, closed.Time);
        }
    }

    private Side Relay => peer.Side == Side.A ? Side.B : Side.A;

    private void Begin()
    {
        if (_hasBegun)
        {
            return;
        }

        _hasBegun = true;
        bool isWhole = IsNew && peer.Tls!.HandshakeKept;
        conversation.Comment(string.Create(
            CultureInfo.InvariantCulture, $"#{id} wire of {peer}: {peer.Tls!.Protocol}, {peer.Tls.CipherSuite}{(isWhole ? "" : "; captured from here on")}"));
        if (isWhole)
        {
            conversation.Open(peer.WasDialled ? Relay : peer.Side, peer.ConnectedAt);
        }
    }

    private void Skip(Side side, long missed)
    {
        if (missed > 0)
        {
            conversation.Skip(side, missed);
            Missed += missed;
        }
    }
}
