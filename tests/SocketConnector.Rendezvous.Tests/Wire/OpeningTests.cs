using System.Buffers;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Wire;

public sealed class OpeningTests
{
    [Fact]
    public void It_is_taken_and_what_follows_is_left()
    {
        foreach (int size in (int[])[1, 3, 100])
        {
            ReadOnlySequence<byte> input = Pieces.Of((byte[])[.. Opening.Bytes, 1, 2, 3], size);
            Assert.Equal(OperationStatus.Done, Opening.Read(ref input));
            Assert.Equal([1, 2, 3], input.ToArray());
        }
    }

    [Fact]
    public void B117_Cut_at_any_byte_it_needs_more_and_changed_at_any_it_is_none()
    {
        for (int at = 0; at < Opening.Length; at++)
        {
            var cut = new ReadOnlySequence<byte>(Opening.Bytes[..at].ToArray());
            Assert.Equal((OperationStatus.NeedMoreData, at), (Opening.Read(ref cut), cut.Length));
            byte[] other = Opening.Bytes[..(at + 1)].ToArray();
            other[at] ^= 0x20;
            var changed = new ReadOnlySequence<byte>(other);
            Assert.Equal(OperationStatus.InvalidData, Opening.Read(ref changed));
        }
    }
}
