using SocketConnector.Sockets;

namespace SocketConnector.Joining;

/// <summary>Whether the bytes of a connection still move: by what was counted, and by what the kernel holds for each peer.</summary>
internal sealed class Movement(FlowCounter aToB, FlowCounter bToA, ByteStream a, ByteStream b)
{
    private readonly SendQueue _towardsA = new(a);
    private readonly SendQueue _towardsB = new(b);

    /// <summary>Timestamp of the last byte read or written, either way.</summary>
    public long LastCounted => Math.Max(aToB.LastMoved, bToA.LastMoved);

    /// <summary>The side that does not take what waits for it.</summary>
    public Side? StoppedReader => aToB.IsBlocked ? Side.B : bToA.IsBlocked ? Side.A : null;

    /// <summary>The side that had not acknowledged what the kernel holds for it, when that was last looked at.</summary>
    public Side? WaitsAt => _towardsB.IsWaiting ? Side.B : _towardsA.IsWaiting ? Side.A : null;

    /// <summary>Whether a peer has acknowledged bytes since this was last asked, though none were counted.</summary>
    public bool HasDrained()
    {
        bool hasA = _towardsA.HasMoved();
        bool hasB = _towardsB.HasMoved();
        return hasA || hasB;
    }
}
