using System.Buffers;

namespace SocketConnector.TestKit;

/// <summary>Bytes as they may lie in a pipe.</summary>
public static class Pieces
{
    /// <summary>In pieces of so many bytes, with an empty one in front and between.</summary>
    public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> bytes, int size)
    {
        var first = new Piece(ReadOnlyMemory<byte>.Empty, 0);
        Piece last = first;
        for (int at = 0; at < bytes.Length; at += size)
        {
            last = last.Add(bytes.Slice(at, Math.Min(size, bytes.Length - at))).Add(ReadOnlyMemory<byte>.Empty);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long at) => (Memory, RunningIndex) = (memory, at);

        public Piece Add(ReadOnlyMemory<byte> next)
        {
            var added = new Piece(next, RunningIndex + Memory.Length);
            Next = added;
            return added;
        }
    }
}
