using System.Net.Sockets;

namespace SocketConnector.Sockets;

/// <summary>A failure whose reason is known better than by the system's number.</summary>
internal sealed class ExplainedSocketException(SocketError code, string reason) : SocketException((int)code, reason)
{
    /// <summary>What it ends a connection with.</summary>
    public CloseReason Cause { get; init; } = CloseReason.PeerReset;

    /// <summary>Whether the same would fail again.</summary>
    public bool IsLasting { get; init; }
}
