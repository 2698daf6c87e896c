using System.Buffers;

namespace SocketConnector.ProxyProtocol.Tests;

/// <summary>Bytes as they may lie in a pipe: in one piece, or in several.</summary>
internal static class Segments
{
    /// <summary>In pieces of so many bytes, with an empty one in front and between.</summary>
    public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> bytes, int size)
    {
        var first = new Segment(ReadOnlyMemory<byte>.Empty, 0);
        Segment last = first;
        for (int at = 0; at < bytes.Length; at += size)
        {
            last = last.Add(bytes.Slice(at, Math.Min(size, bytes.Length - at))).Add(ReadOnlyMemory<byte>.Empty);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long at) => (Memory, RunningIndex) = (memory, at);

        public Segment Add(ReadOnlyMemory<byte> next)
        {
            var added = new Segment(next, RunningIndex + Memory.Length);
            Next = added;
            return added;
        }
    }
}
