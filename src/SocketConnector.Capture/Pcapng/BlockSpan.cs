using System.Buffers.Binary;

namespace SocketConnector.Capture.Pcapng;

/// <summary>Reads blocks that were written here, one behind the other.</summary>
internal static class BlockSpan
{
    private const int InterfaceAt = 8;

    /// <summary>The type of the first one.</summary>
    public static BlockType TypeOf(ReadOnlySpan<byte> blocks) => (BlockType)BinaryPrimitives.ReadUInt32LittleEndian(blocks);

    /// <summary>The length of the first one, with its ends.</summary>
    public static int LengthOf(ReadOnlySpan<byte> blocks) => BinaryPrimitives.ReadInt32LittleEndian(blocks[sizeof(uint)..]);

    /// <summary>The interface of the first one, which is a packet.</summary>
    public static uint InterfaceOf(ReadOnlySpan<byte> blocks) => BinaryPrimitives.ReadUInt32LittleEndian(blocks[InterfaceAt..]);

    /// <summary>How many bytes of whole blocks are among the first <paramref name="most"/>.</summary>
    public static int WholeWithin(ReadOnlySpan<byte> blocks, long most)
    {
        int whole = 0;
        while (whole < blocks.Length && LengthOf(blocks[whole..]) is var length && whole + length <= most)
        {
            whole += length;
        }

        return whole;
    }
}
