using SocketConnector.Admission;

namespace SocketConnector.Limits;

/// <summary>The refusal of a peer that is one too many.</summary>
internal static class OverLimit
{
    public static Refusal Of(Peer peer, string which) => new(CloseReason.LimitReached, peer.Side, new InvalidOperationException(which));
}
