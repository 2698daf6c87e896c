using System.Text;
using SocketConnector.Rendezvous.EndToEnd;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.EndToEnd;

/// <summary>Two ends that share a secret, and a relay that carries what they say.</summary>
public sealed class HonestRelayTests
{
    [Theory]
    [InlineData(nameof(EndToEndMode.Tls))]
    [InlineData(nameof(EndToEndMode.Proof))]
    [InlineData(nameof(EndToEndMode.None))]
    public async Task Each_delivers_what_the_other_says_and_its_end(string mode)
    {
        (Outcome listen, Outcome connect) = await new Meeting { Mode = Enum.Parse<EndToEndMode>(mode) }.RunAsync();
        Assert.Equal((null, null), (listen.Error, connect.Error));
        Assert.Equal(Meeting.ConnectWords, listen.Delivered);
        Assert.Equal(Meeting.ListenWords, connect.Delivered);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_relay_sees_none_of_the_words_inside_TLS(bool isToListen)
    {
        var seen = new MemoryStream();
        Passed Watch(Piece piece)
        {
            seen.Write(piece.Bytes);
            return new Passed(piece.Bytes);
        }

        var meeting = new Meeting();
        await (isToListen ? meeting with { ToListen = Watch } : meeting with { ToConnect = Watch }).RunAsync();
        Assert.True(seen.Length > 200);
        Assert.Equal(-1, seen.ToArray().AsSpan().IndexOf((isToListen ? Meeting.ConnectWords : Meeting.ListenWords).AsSpan(0, 8)));
    }

    [Theory]
    [InlineData(nameof(EndToEndMode.Tls))]
    [InlineData(nameof(EndToEndMode.Proof))]
    [InlineData(nameof(EndToEndMode.None))]
    public async Task One_half_may_end_long_before_the_other(string mode)
    {
        (EndTransport listen, EndTransport connect) = await ProveAsync(Enum.Parse<EndToEndMode>(mode));
        await SayAsync(connect, "question");
        await connect.EndAsync(CancellationToken.None);
        Assert.Equal("question", await HearAsync(listen));
        Assert.Equal("", await HearAsync(listen));
        await SayAsync(listen, "answer");
        Assert.Equal("answer", await HearAsync(connect));
        await listen.EndAsync(CancellationToken.None);
        Assert.Equal("", await HearAsync(connect));
        Assert.Equal("", await HearAsync(connect));
    }

    /// <summary>The close-notify is sent while records are being decrypted in the other direction.</summary>
    [Fact]
    public Task Each_half_ends_at_any_moment_of_the_other() => Seeded.RunAsync(async seed =>
    {
        var random = new Random(seed);
        for (int round = 0; round < 50; round++)
        {
            (EndTransport listen, EndTransport connect) = await ProveAsync(EndToEndMode.Tls);
            byte[] mine = RandomBytes.Of(random.Next(), random.Next(300_000)), theirs = RandomBytes.Of(random.Next(), random.Next(300_000));
            int chunk = random.Next(1, 40_000);
            Task<byte[]> listening = ReadAllAsync(listen.Stream), connecting = ReadAllAsync(connect.Stream);
            await Task.WhenAll(TalkAsync(listen, mine, chunk), TalkAsync(connect, theirs, chunk)).InTimeAsync();
            Assert.Equal(RandomBytes.Sha256(mine), RandomBytes.Sha256(await connecting.InTimeAsync()));
            Assert.Equal(RandomBytes.Sha256(theirs), RandomBytes.Sha256(await listening.InTimeAsync()));
        }
    });

    [Fact]
    public async Task A_read_into_no_room_waits_and_is_no_end()
    {
        (EndTransport listen, EndTransport connect) = await ProveAsync(EndToEndMode.Tls);
        ValueTask<int> waiting = listen.Stream.ReadAsync(Memory<byte>.Empty, CancellationToken.None);
        Assert.False(waiting.IsCompleted);
        await SayAsync(connect, "word");
        Assert.Equal(0, await waiting);
        Assert.Equal("word", await HearAsync(listen));
        connect.Abort();
        await Assert.ThrowsAnyAsync<IOException>(() => HearAsync(listen));
    }

    [Fact]
    public async Task What_is_proven_owns_the_stream_below()
    {
        (EndTransport listen, EndTransport connect) = await ProveAsync(EndToEndMode.Tls);
        await connect.Stream.DisposeAsync();
        await Assert.ThrowsAsync<EndOfStreamException>(() => HearAsync(listen));
    }

    /// <summary>Two ends without a relay between them.</summary>
    private static async Task<(EndTransport Listen, EndTransport Connect)> ProveAsync(EndToEndMode mode)
    {
        (MemoryWire near, MemoryWire far) = MemoryWire.CreatePair();
        using FirstFlight listen = await Meeting.BeginAsync(mode, EndRole.Listen, Meeting.Keys);
        using FirstFlight connect = await Meeting.BeginAsync(mode, EndRole.Connect, Meeting.Keys);
        await far.WriteAsync(connect.Early);
        Task<EndTransport> listening = listen.ContinueAsync(near.Transport, CancellationToken.None).AsTask();
        EndTransport connected = await connect.ContinueAsync(far.Transport, CancellationToken.None);
        return (await listening, connected);
    }

    private static async Task TalkAsync(EndTransport end, byte[] words, int chunk)
    {
        foreach (byte[] part in words.Chunk(chunk))
        {
            await end.Stream.WriteAsync(part);
        }

        await end.EndAsync(CancellationToken.None);
    }

    private static async Task<byte[]> ReadAllAsync(Stream stream)
    {
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    private static async Task SayAsync(EndTransport end, string words) => await end.Stream.WriteAsync(Encoding.ASCII.GetBytes(words), CancellationToken.None);

    private static async Task<string> HearAsync(EndTransport end)
    {
        byte[] room = new byte[100];
        return Encoding.ASCII.GetString(room, 0, await end.Stream.ReadAsync(room, CancellationToken.None));
    }
}
