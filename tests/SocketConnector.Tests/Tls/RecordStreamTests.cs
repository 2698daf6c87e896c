using System.Buffers.Binary;
using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Tls;

namespace SocketConnector.Tests.Tls;

/// <summary>What TLS stands on, without TLS: bytes that have the form of records.</summary>
public sealed class RecordStreamTests
{
    private static readonly int[] _lengths = [1, 0, 16_384, 16_640, 2, 5, 40_000, 7, 16_384, 16_384, 16_384, 300];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task B92_A_peer_that_sends_record_after_record_without_data_is_stopped()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        await using var records = new RecordStream(new RuntimeSocket(pair.Near.Socket), default, TimeProvider.System);
        await pair.Far.WriteAsync(Enumerable.Range(0, 200).SelectMany(_ => Record(3)).ToArray());
        for (int i = 0; i < 100; i++)
        {
            if (i == 50)
            {
                records.DataCame();
            }

            Assert.Equal(8, await records.ReadAsync(new byte[10], Cancelled).AsTask().InTimeAsync());
        }

        for (int i = 0; i < 14; i++)
        {
            await records.ReadAsync(new byte[10], Cancelled).AsTask().InTimeAsync();
        }

        InvalidDataException error = await Assert.ThrowsAsync<InvalidDataException>(() => records.ReadAsync(new byte[10], Cancelled).AsTask().InTimeAsync());
        Assert.Equal("64 records in a row without data", error.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5_000)]
    [InlineData(70_000)]
    [InlineData(1_000_000)]
    public async Task B92_Records_are_handed_out_one_at_a_time_however_they_arrive(int piece)
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        byte[] sent = [.. _lengths.SelectMany(Record)];
        int early = Math.Min(piece - 1, 8);
        await using var records = new RecordStream(new RuntimeSocket(pair.Near.Socket), sent.AsMemory(0, early), TimeProvider.System);
        Task sending = SendAsync(pair.Far, sent.AsMemory(early), piece);

        foreach (int length in _lengths)
        {
            byte[] whole = Record(length);
            int count = 0;
            byte[] room = new byte[66_000];
            while (count < whole.Length)
            {
                Assert.Equal(0, await records.ReadAsync(Memory<byte>.Empty, Cancelled).AsTask().InTimeAsync());
                int read = await records.ReadAsync(room.AsMemory(count), Cancelled).AsTask().InTimeAsync();
                Assert.InRange(read, 1, whole.Length - count);
                count += read;
            }

            Assert.Equal(whole, room[..count]);
        }

        await sending;
        Assert.False(records.HasEnded);
        pair.Far.EndHalf();
        Assert.Equal(0, await records.ReadAsync(new byte[10], Cancelled).AsTask().InTimeAsync());
        Assert.True(records.HasEnded);
    }

    [Fact]
    public async Task B93_An_end_inside_a_header_comes_behind_what_there_is_of_it()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        await using var records = new RecordStream(new RuntimeSocket(pair.Near.Socket), default, TimeProvider.System);
        await pair.Far.WriteAsync(new byte[] { 23, 3, 3 });
        pair.Far.EndHalf();
        byte[] room = new byte[10];
        Assert.Equal(3, await records.ReadAsync(room, Cancelled).AsTask().InTimeAsync());
        Assert.Equal(0, await records.ReadAsync(room, Cancelled).AsTask().InTimeAsync());
        Assert.True(records.HasEnded);
    }

    [Fact]
    public async Task B92_What_is_gathered_is_sent_at_once_and_in_order()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        await using var records = new RecordStream(new RuntimeSocket(pair.Near.Socket), default, TimeProvider.System);
        byte[] sent = RandomBytes.Of(92, 3_000_000);
        Task<byte[]> receiving = ReadAsync(pair.Far, sent.Length);
        records.Gather();
        await records.WriteAsync(sent.AsMemory(0, 20_000), Cancelled);
        await records.WriteAsync(sent.AsMemory(20_000, 2_000_000), Cancelled);
        Assert.Equal(0, pair.Far.Socket.Available);
        await records.SendGatheredAsync().AsTask().InTimeAsync();
        await records.WriteAsync(sent.AsMemory(2_020_000), Cancelled).AsTask().InTimeAsync();
        Assert.Equal(sent, await receiving);
    }

    private static byte[] Record(int length)
    {
        byte[] record = RandomBytes.Of(length, 5 + length);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(3), (ushort)length);
        return record;
    }

    private static async Task SendAsync(TestPeer peer, ReadOnlyMemory<byte> bytes, int piece)
    {
        for (int at = 0; at < bytes.Length; at += piece)
        {
            await peer.WriteAsync(bytes[at..Math.Min(at + piece, bytes.Length)]);
        }
    }

    private static async Task<byte[]> ReadAsync(TestPeer peer, int count)
    {
        byte[] bytes = new byte[count];
        int at = 0;
        while (at < count)
        {
            at += await peer.Socket.ReceiveAsync(bytes.AsMemory(at)).AsTask().InTimeAsync();
        }

        return bytes;
    }
}
