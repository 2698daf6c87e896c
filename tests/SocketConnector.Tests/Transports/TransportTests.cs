using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transports;

/// <summary>A transport of one's own has all that a socket has.</summary>
public sealed class TransportTests
{
    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task Bytes_arrive_exactly_both_ways_and_each_half_ends_alone(Mode mode)
    {
        await using MemoryRelay relay = await MemoryRelay.StartAsync(mode);
        byte[] fromA = RandomBytes.Of(1, 3_000_001), fromB = RandomBytes.Of(2, 2_000_003);
        Task<string> atB = relay[Side.B].HashToEndAsync(), atA = relay[Side.A].HashToEndAsync();
        await Task.WhenAll(SendAsync(Side.A, fromA), SendAsync(Side.B, fromB)).InTimeAsync();
        Assert.Equal((RandomBytes.Sha256(fromA), RandomBytes.Sha256(fromB)), (await atB, await atA));
        await Eventually.TrueAsync(() => relay.Connector.GetStats().Closed.Any(close => close is { Reason: CloseReason.Completed, Count: 1 }));
        await Eventually.TrueAsync(() => relay.Connector.GetConnections().Count == 0);

        async Task SendAsync(Side side, byte[] bytes)
        {
            await relay[side].WriteAsync(bytes);
            await relay[side].EndHalfAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task After_one_half_has_ended_the_other_goes_on(Mode mode, Side first)
    {
        await using MemoryRelay relay = await MemoryRelay.StartAsync(mode);
        Side second = first == Side.A ? Side.B : Side.A;
        await relay[first].SayAsync("question");
        await relay[first].EndHalfAsync();
        Assert.Equal("question", await relay[second].HearToEndAsync());
        await relay[second].SayAsync("answer");
        Assert.Equal("answer", await relay[first].HearAsync(6));
        await relay[second].EndHalfAsync();
        Assert.Equal("", await relay[first].HearToEndAsync());
    }

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task A_reset_becomes_an_error_and_never_an_end(Mode mode, Side cut)
    {
        await using MemoryRelay relay = await MemoryRelay.StartAsync(mode);
        Side other = cut == Side.A ? Side.B : Side.A;
        await relay[cut].SayAsync("half of it");
        Assert.Equal("half of it", await relay[other].HearAsync(10));
        Task<CloseInfo> ended = relay.Connection.Completion;
        relay[cut].Reset();
        await Assert.ThrowsAsync<IOException>(() => relay[other].HearToEndAsync());
        CloseInfo info = await ended.InTimeAsync();
        Assert.Equal((CloseReason.PeerReset, cut), (info.Reason, info.Side));
        Assert.Contains("the far end", info.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_reader_slows_the_sender_down()
    {
        // A pipe and a buffer on each side of the relay, its own buffer, and what is on its way from one to the other.
        const int bound = 400 * 1024;
        await using MemoryRelay relay = await MemoryRelay.StartAsync(Mode.ServerToServer);
        long begun = 0;
        byte[] sent = RandomBytes.Of(3, 64 * 1024), room = new byte[16 * 1024];
        Task sending = PourAsync();
        for (long read = 0; read < 8_000_000;)
        {
            int count = await relay[Side.B].ReadAsync(room, TestContext.Current.CancellationToken).AsTask().InTimeAsync();
            Assert.NotEqual(0, count);
            read += count;
            long ahead = Volatile.Read(ref begun) - read;
            Assert.True(ahead <= bound, $"{ahead} bytes were taken that had not arrived, when {read} had");
        }

        relay[Side.B].Reset();
        await Assert.ThrowsAsync<IOException>(() => sending.InTimeAsync());

        async Task PourAsync()
        {
            while (true)
            {
                Interlocked.Add(ref begun, sent.Length);
                await relay[Side.A].WriteAsync(sent);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task A_verifier_and_a_transformer_work_on_it(Mode mode)
    {
        SideOptions side = new() { AuthVerifier = Verifiers.Word("go"), Transformer = InvertAsync };
        await using MemoryRelay relay = await MemoryRelay.StartAsync(mode, a: side, saysA: "go");
        byte[] payload = RandomBytes.Of(4, 300_000), inverted = [.. payload.Select(one => (byte)~one)];
        Task<string> atB = relay[Side.B].HashToEndAsync();
        await relay[Side.A].WriteAsync(payload, TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        await relay[Side.A].EndHalfAsync();
        Assert.Equal(RandomBytes.Sha256(inverted), await atB);
        await relay[Side.B].SayAsync("as it is");
        Assert.Equal("as it is", await relay[Side.A].HearAsync(8));
    }

    [Fact]
    public async Task A_client_that_is_rejected_reads_why_and_then_the_end()
    {
        var place = new MemoryEndPoint("gate");
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(place) { AuthVerifier = Verifiers.Word("go") }, new ListenOptions(IPAddress.Loopback, 0), Patient.Options, TestContext.Current.CancellationToken);
        await using MemoryEnd client = place.Dial();
        await client.SayAsync("no");
        Assert.Equal(Verifiers.Goodbye, await client.HearToEndAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pending_peer_that_leaves_is_noticed(bool isReset)
    {
        var place = new MemoryEndPoint("a");
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(place), new ListenOptions(IPAddress.Loopback, 0), Patient.Options, TestContext.Current.CancellationToken);
        MemoryEnd client = place.Dial();
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        if (isReset)
        {
            client.Reset();
        }
        else
        {
            await client.DisposeAsync();
        }

        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 0);

        // The next one is not mistaken for it.
        await using MemoryEnd next = place.Dial();
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        await next.SayAsync("next");
        Assert.Equal("next", await b.ReadTextAsync(4));
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task Disposing_cuts_both_streams_and_leaves_nothing_open(Mode mode)
    {
        MemoryRelay relay = await MemoryRelay.StartAsync(mode);
        await relay.JoinedAsync();
        await relay.Connector.DisposeAsync().AsTask().InTimeAsync();
        await Assert.ThrowsAsync<IOException>(() => relay[Side.A].HearToEndAsync());
        await Assert.ThrowsAsync<IOException>(() => relay[Side.B].HearToEndAsync());
        await relay.DisposeAsync();
    }

    [Fact]
    public async Task Stopping_stops_listening_and_lets_connections_finish()
    {
        var place = new MemoryEndPoint("a");
        using var far = new TestServer();
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(place), new ConnectOptions(far.EndPoint), Patient.Options, TestContext.Current.CancellationToken);
        Assert.Same(place, connector.EndPointA);
        await using MemoryEnd client = place.Dial();
        using TestPeer server = await far.AcceptAsync();
        await client.SayAsync("first");
        Assert.Equal("first", await server.ReadTextAsync(5));
        Task stopping = connector.StopAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => !place.IsListening);
        await client.SayAsync("last");
        await client.EndHalfAsync();
        Assert.Equal("last", await server.ReadTextToEndAsync());
        server.EndHalf();
        Assert.Equal("", await client.HearToEndAsync());
        await stopping.InTimeAsync();
    }

    private static async Task InvertAsync(PipeReader source, PipeWriter destination, CancellationToken cancellationToken)
    {
        ReadResult read;
        do
        {
            read = await source.ReadAsync(cancellationToken);
            byte[] bytes = read.Buffer.ToArray();
            await destination.WriteAsync(bytes.Select(one => (byte)~one).ToArray(), cancellationToken);
            source.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
    }
}
