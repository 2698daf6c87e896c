using System.Runtime.InteropServices;

namespace SocketConnector;

/// <summary>
/// Counts one direction of one connection. Only its pump writes; anyone may read. The counters of the two directions lie on
/// cache lines of their own, so that two pumps on two processors do not contend.
/// </summary>
internal sealed class FlowCounter(TimeProvider time)
{
    private Figures _figures = new() { LastMoved = time.GetTimestamp() };

    /// <summary>Bytes read from the source.</summary>
    public long Received => Volatile.Read(ref _figures.Received);

    /// <summary>Bytes written to the destination's socket.</summary>
    public long Delivered => Volatile.Read(ref _figures.Delivered);

    /// <summary>Timestamp of the last byte read or written.</summary>
    public long LastMoved => Volatile.Read(ref _figures.LastMoved);

    public void AddReceived(int count)
    {
        Volatile.Write(ref _figures.Received, _figures.Received + count);
        Volatile.Write(ref _figures.LastMoved, time.GetTimestamp());
    }

    public void AddDelivered(int count)
    {
        Volatile.Write(ref _figures.Delivered, _figures.Delivered + count);
        Volatile.Write(ref _figures.LastMoved, time.GetTimestamp());
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Figures
    {
        [FieldOffset(24)]
        public long Received;

        [FieldOffset(32)]
        public long Delivered;

        [FieldOffset(40)]
        public long LastMoved;
    }
}
