using System.Buffers.Binary;
using SocketConnector.Cli.Admin;

namespace SocketConnector.Cli.Tests.Admin;

public sealed class CaptureBlocksTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(50_000)]
    public void B132_However_the_network_cuts_it_whole_blocks_are_written(int cut)
    {
        byte[] capture = [.. Block(28), .. Block(300_000), .. Block(12), .. Block(64)];
        var blocks = new CaptureBlocks();
        var written = new List<byte>();
        for (int from = 0; from < capture.Length - 10; from += cut)
        {
            ReadOnlySpan<byte> piece = capture.AsSpan(from, Math.Min(cut, capture.Length - 10 - from));
            piece.CopyTo(blocks.Room.Span);
            written.AddRange(blocks.Take(piece.Length).Span);
            blocks.Forget();
        }

        // The last ten bytes never came, and so nothing of their block.
        Assert.Equal(capture[..^64], written);
    }

    [Fact]
    public void B132_What_is_no_capture_is_refused()
    {
        var blocks = new CaptureBlocks();
        "<html></html>"u8.CopyTo(blocks.Room.Span);
        Assert.Throws<AdminFailure>(() => blocks.Take(13));
    }

    private static byte[] Block(int length)
    {
        byte[] block = new byte[length];
        new Random(length).NextBytes(block);
        BinaryPrimitives.WriteInt32LittleEndian(block.AsSpan(4), length);
        return block;
    }
}
