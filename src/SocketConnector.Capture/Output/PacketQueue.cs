using SocketConnector.Capture.Packets;
using SocketConnector.Capture.Pcapng;

namespace SocketConnector.Capture.Output;

/// <summary>
/// Packets between the taps that make them and the one writer: bounded, so that a slow disk or reader costs packets and not memory. Those that
/// find no room are counted, and leave a gap in the numbers of their conversation.
/// </summary>
/// <param name="snapLength">How much of each is kept.</param>
internal sealed class PacketQueue(int snapLength)
{
    /// <summary>Of packets that wait, beside as many that are being written: what a disk may take to answer at a bad moment.</summary>
    internal const int MaxBytes = 8 * 1024 * 1024;

    private const int Overhead = 256;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _some = new(0, 1);
    private BlockBuffer _filling = new();
    private BlockBuffer _spare = new();
    private bool _isClosed;
    private readonly long[] _packets = new long[2];
    private readonly long[] _dropped = new long[2];

    /// <summary>Whether it takes no more.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>Packets that were put in.</summary>
    public long Packets => CountsOf(InterfaceId.Clear).Packets + CountsOf(InterfaceId.Wire).Packets;

    /// <summary>Packets for which there was no room, or that could not be written.</summary>
    public long Dropped => CountsOf(InterfaceId.Clear).Dropped + CountsOf(InterfaceId.Wire).Dropped;

    /// <summary>The same of one view.</summary>
    public (long Packets, long Dropped) CountsOf(InterfaceId id) => (Interlocked.Read(ref _packets[(int)id]), Interlocked.Read(ref _dropped[(int)id]));

    /// <inheritdoc cref="IPacketSink.Send"/>
    public PacketFate Send(InterfaceId id, DateTimeOffset time, Direction direction, in Segment segment, ReadOnlySpan<byte> bytes, string? comment)
    {
        int header = PacketWriter.HeaderLength(segment);
        int length = header + bytes.Length;
        int captured = Math.Min(length, snapLength);
        lock (_gate)
        {
            if (_isClosed)
            {
                return PacketFate.Late;
            }

            if (_filling.Length > 0 && _filling.Length + captured + Overhead > MaxBytes)
            {
                _dropped[(int)id]++;
                return PacketFate.Dropped;
            }

            _packets[(int)id]++;
            _filling.Begin(BlockType.EnhancedPacket);
            _filling.Add((uint)id);
            _filling.AddTime(Time(time));
            _filling.Add((uint)captured);
            _filling.Add((uint)length);
            PacketWriter.Write(segment, bytes, _filling.Extend(header));
            ReadOnlySpan<byte> kept = bytes[..(captured - header)];
            kept.CopyTo(_filling.Extend(kept.Length));
            _filling.Pad();
            _filling.AddOption(OptionCode.PacketFlags, (uint)direction);
            if (comment is not null)
            {
                _filling.AddOption(OptionCode.Comment, comment);
            }

            _filling.EndOptions();
            _filling.End();
            Signal();
        }

        return PacketFate.Taken;
    }

    /// <summary>Adds a block that is no packet. It finds room: there are few.</summary>
    public void Add(Action<BlockBuffer> block)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                block(_filling);
                Signal();
            }
        }
    }

    /// <summary>Takes what is there, and waits where nothing is. What it returned last is used again.</summary>
    /// <returns>Blocks; none once it is closed and empty.</returns>
    public async ValueTask<BlockBuffer> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_filling.Length > 0 || _isClosed)
                {
                    _spare.Clear();
                    (_filling, _spare) = (_spare, _filling);
                    return _spare;
                }
            }

            await _some.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes no more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            Signal();
        }
    }

    /// <summary>Takes no more, since nothing more can be written. What waits is counted as dropped, and what is left of what was taken.</summary>
    public void Fail(ReadOnlySpan<byte> unwritten)
    {
        lock (_gate)
        {
            _isClosed = true;
            Lose(unwritten);
            Lose(_filling.Written.Span);
            _filling.Clear();
            Signal();
        }
    }

    internal static ulong Time(DateTimeOffset time) => (ulong)Math.Max(0, (time - DateTimeOffset.UnixEpoch).Ticks) * TimeSpan.NanosecondsPerTick;

    private void Lose(ReadOnlySpan<byte> blocks)
    {
        for (; !blocks.IsEmpty; blocks = blocks[BlockSpan.LengthOf(blocks)..])
        {
            if (BlockSpan.TypeOf(blocks) == BlockType.EnhancedPacket)
            {
                uint id = BlockSpan.InterfaceOf(blocks);
                _packets[id]--;
                _dropped[id]++;
            }
        }
    }

    private void Signal()
    {
        if (_some.CurrentCount == 0)
        {
            _some.Release();
        }
    }
}
