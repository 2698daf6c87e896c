using System.Runtime.InteropServices;

namespace SocketConnector;

/// <summary>Counts one direction of one connection. Only its pump writes; anyone may read.</summary>
internal class FlowCounter(TimeProvider time)
{
    private long _received;
    private long _delivered;
    private long _lastMoved = time.GetTimestamp();

    /// <summary>Bytes read from the source.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Bytes written to the destination's socket.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>Timestamp of the last byte read or written.</summary>
    public long LastMoved => Volatile.Read(ref _lastMoved);

    /// <summary>Whether bytes wait for room at the destination.</summary>
    public virtual bool IsBlocked => Received > Delivered;

    /// <summary>For a pump that says itself when it waits for room; elsewhere the counts tell.</summary>
    public virtual void Block(bool isBlocked)
    {
    }

    public void AddReceived(long count)
    {
        Volatile.Write(ref _received, _received + count);
        Volatile.Write(ref _lastMoved, time.GetTimestamp());
    }

    public void AddDelivered(long count)
    {
        Volatile.Write(ref _delivered, _delivered + count);
        Volatile.Write(ref _lastMoved, time.GetTimestamp());
    }
}

/// <summary>
/// For a pump with transformers, which change how many bytes there are: the pump says when it waits for room. Keeps a cache line
/// between itself and the next, so that two pumps on two processors do not contend.
/// </summary>
internal sealed class SpacedFlowCounter(TimeProvider time) : FlowCounter(time)
{
    private volatile bool _isBlocked;

#pragma warning disable CS0169, IDE0051, CA1823 // There to take room.
    private readonly Space _space;
#pragma warning restore CS0169, IDE0051, CA1823

    public override bool IsBlocked => _isBlocked;

    public override void Block(bool isBlocked) => _isBlocked = isBlocked;

    [StructLayout(LayoutKind.Sequential, Size = 40)]
    private readonly struct Space;
}
