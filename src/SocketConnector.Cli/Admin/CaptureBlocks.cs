using System.Buffers.Binary;

namespace SocketConnector.Cli.Admin;

/// <summary>Cuts a capture where its blocks end, wherever the network has cut it: what is written is whole whenever it stops.</summary>
internal sealed class CaptureBlocks
{
    // A block begins with its type and its length (draft-ietf-opsawg-pcapng, section 3.1).
    private const int Head = 8;
    private const int MinRoom = 64 * 1024;

    private byte[] _bytes = new byte[2 * MinRoom];
    private int _count;
    private int _whole;

    /// <summary>Where to read to.</summary>
    public Memory<byte> Room
    {
        get
        {
            if (_bytes.Length - _count < MinRoom)
            {
                Array.Resize(ref _bytes, 2 * _bytes.Length);
            }

            return _bytes.AsMemory(_count);
        }
    }

    /// <param name="count">How many bytes were read.</param>
    /// <returns>The blocks that are whole by now, until <see cref="Forget"/>.</returns>
    /// <exception cref="AdminFailure">It is no capture.</exception>
    public ReadOnlyMemory<byte> Take(int count)
    {
        _count += count;
        while (_count - _whole >= Head)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(_whole + sizeof(uint)));
            if (length is < Head or > int.MaxValue / 4)
            {
                throw new AdminFailure("what came is no capture; use the program that the connector belongs to");
            }

            if (length > (uint)(_count - _whole))
            {
                break;
            }

            _whole += (int)length;
        }

        return _bytes.AsMemory(0, _whole);
    }

    /// <summary>They are written.</summary>
    public void Forget()
    {
        Buffer.BlockCopy(_bytes, _whole, _bytes, 0, _count - _whole);
        _count -= _whole;
        _whole = 0;
    }
}
