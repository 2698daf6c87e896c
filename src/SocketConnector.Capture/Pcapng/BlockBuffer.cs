using System.Buffers.Binary;

namespace SocketConnector.Capture.Pcapng;

/// <summary>Blocks of a pcapng file, one behind the other, in memory. Numbers are little-endian.</summary>
internal sealed class BlockBuffer
{
    private const int MinRoom = 4096;
    private byte[] _bytes = [];
    private int _block;

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Begins a block; <see cref="End"/> ends it.</summary>
    public void Begin(BlockType type)
    {
        _block = Length;
        Add((uint)type);
        Add(0u);
    }

    /// <summary>Ends the block: its length stands at both of its ends.</summary>
    public void End()
    {
        uint length = (uint)(Length - _block + sizeof(uint));
        Add(length);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_block + sizeof(uint)), length);
    }

    public void Add(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Extend(sizeof(ushort)), value);

    public void Add(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Extend(sizeof(uint)), value);

    public void Add(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Extend(sizeof(ulong)), value);

    /// <summary>A time since 1970, in nanoseconds, as packets and statistics have it: the upper half first.</summary>
    public void AddTime(ulong nanoseconds)
    {
        Add((uint)(nanoseconds >> 32));
        Add((uint)nanoseconds);
    }

    /// <summary>Zeros to a boundary of 32 bits, as behind every value.</summary>
    public void Pad() => Extend(-Length & 3).Clear();

    /// <summary>The next bytes, to be written. Valid until something else is added.</summary>
    public Span<byte> Extend(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(Length + count, Math.Max(MinRoom, 2 * _bytes.Length)));
        }

        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }
}
