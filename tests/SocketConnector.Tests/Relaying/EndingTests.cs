using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketConnector.Joining;
using SocketConnector.TestKit;
using SocketConnector.Tests.Taps;
using SocketConnector.Tests.Transports;

namespace SocketConnector.Tests.Relaying;

/// <summary><see cref="Connection.EndAsync"/>: what arrives at the peers, and what is told of it.</summary>
public sealed class EndingTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("socketconnector-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B84_An_idle_connection_ends_at_once_although_its_peers_stay(Mode mode)
    {
        var clock = new ManualClock();
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options with { TimeProvider = clock });
        await ExchangeAsync(pair);
        clock.Advance(Parting.FirstLook);

        DateTimeOffset asked = clock.GetUtcNow();
        Task ending = pair.Connection.EndAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() =>
        {
            // The system may take a moment to have the ends acknowledged.
            clock.Advance(ending.IsCompleted ? TimeSpan.Zero : Parting.FirstLook);
            return ending.IsCompleted;
        });

        Assert.True(clock.GetUtcNow() - asked < Parting.Patience, "it has waited for peers that had nothing to say");
        Assert.Empty(await pair.A.ReadToEndAsync());
        Assert.Empty(await pair.B.ReadToEndAsync());
        await AssertEndedAsync(pair.Connection);
        Assert.Equal([new CloseCount(CloseReason.Ended, null, 1)], pair.Connector.GetStats().Closed);
        Assert.Empty(pair.Connector.GetConnections());
        Assert.Equal(0, clock.ActiveTimers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B84_What_flows_both_ways_is_cut_short_and_never_torn(bool isTapped)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        var tap = new SeeingTap();
        using IDisposable? attached = isTapped ? pair.Connection.Attach(tap) : null;
        await using var fromA = EndlessWriter.Start(pair.A, seed: 1);
        await using var fromB = EndlessWriter.Start(pair.B, seed: 2);
        Task<(long Count, string Sha256)> atB = pair.B.HashToEndAsync(), atA = pair.A.HashToEndAsync();
        await Eventually.TrueAsync(() => pair.Connection is { BytesAToB: > 8_000_000, BytesBToA: > 8_000_000 });

        await pair.Connection.EndAsync(TestContext.Current.CancellationToken).InTimeAsync();

        (long countB, string hashB) = await atB;
        (long countA, string hashA) = await atA;
        Assert.Equal((pair.Connection.BytesAToB, pair.Connection.BytesBToA), (countB, countA));
        Assert.Equal((fromA.Sha256OfFirst(countB), fromB.Sha256OfFirst(countA)), (hashB, hashA));
        await AssertEndedAsync(pair.Connection);
        if (isTapped)
        {
            await tap.Closed.InTimeAsync();
            Assert.Single(tap.Calls, "end A");
            Assert.Single(tap.Calls, "end B");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B84_Everything_that_had_arrived_is_delivered_however_late_it_is_read(bool isTransformed)
    {
        // A Unix socket's bytes have arrived once they are written.
        DataTransformer? copying = isTransformed ? static (source, destination, token) => source.CopyToAsync(destination, token) : null;
        (Connector connector, TestPeer a, TestPeer b, Connection connection) = await StartUnixAsync(copying);
        await using Connector disposing = connector;
        await using var writing = EndlessWriter.Start(a);
        await writing.StuckAsync();
        long arrived = writing.Sent;

        Task ending = connection.EndAsync(TestContext.Current.CancellationToken);
        (long count, string hash) = await b.HashToEndAsync();

        // Some more may come while the first of it makes room.
        Assert.InRange(count, arrived, isTransformed || TestEngine.Plain == RelayEngine.Portable ? 2 * arrived : arrived);
        Assert.Equal(writing.Sha256OfFirst(count), hash);
        await ending.InTimeAsync();
        await AssertEndedAsync(connection);
        Assert.Equal(count, connection.BytesAToB);
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B84_A_transformer_sees_the_end_and_what_it_adds_then_is_delivered(Side side)
    {
        var trailing = new SideOptions { Transformer = TrailAsync };
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, Patient.Options, side == Side.A ? trailing : null, side == Side.B ? trailing : null);
        await ExchangeAsync(pair);

        await pair.Connection.EndAsync(TestContext.Current.CancellationToken).InTimeAsync();

        Assert.Equal(" and so on", await pair[side.Other()].ReadTextToEndAsync());
        Assert.Empty(await pair[side].ReadToEndAsync());
        await AssertEndedAsync(pair.Connection);

        static async Task TrailAsync(System.IO.Pipelines.PipeReader source, System.IO.Pipelines.PipeWriter destination, CancellationToken cancellationToken)
        {
            await source.CopyToAsync(destination, cancellationToken);
            await destination.WriteAsync(" and so on"u8.ToArray(), cancellationToken);
        }
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B84_After_one_half_has_ended_the_other_is_ended(Side first)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        pair[first].EndHalf();
        Assert.Empty(await pair[first.Other()].ReadToEndAsync());
        await pair[first.Other()].WriteAsync("the reply goes on");
        Assert.Equal("the reply goes on", await pair[first].ReadTextAsync(17));

        await pair.Connection.EndAsync(TestContext.Current.CancellationToken).InTimeAsync();

        Assert.Empty(await pair[first].ReadToEndAsync());
        await AssertEndedAsync(pair.Connection);
    }

    [Fact]
    public async Task B84_Where_both_sides_had_ended_already_it_is_completed()
    {
        (Connector connector, TestPeer a, TestPeer b, Connection connection) = await StartUnixAsync(null);
        await using Connector disposing = connector;
        b.EndHalf();
        Assert.Empty(await a.ReadToEndAsync());
        await using var writing = EndlessWriter.Start(a);
        await writing.StuckAsync();
        await writing.DisposeAsync();
        a.EndHalf();

        Task ending = connection.EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(writing.Sent, (await b.HashToEndAsync()).Count);
        await ending.InTimeAsync();
        CloseInfo end = await connection.Completion;
        Assert.Equal((CloseReason.Completed, Side.B), (end.Reason, end.Side));
    }

    [Fact]
    public async Task B84_A_stream_that_is_no_socket_is_ended_and_disposed_in_order()
    {
        await using var connector = new Connector(Patient.Options);
        using SocketPair plain = await SocketPair.CreateAsync();
        (MemoryEnd near, MemoryEnd far) = MemoryEnd.Pair();
        await connector.AddAsync(Side.A, near.AsDuplex("far"), cancellationToken: TestContext.Current.CancellationToken);
        await connector.AddAsync(Side.B, plain.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        Connection connection = Assert.Single(connector.GetConnections());
        await far.SayAsync("hello");
        Assert.Equal("hello", await plain.Far.ReadTextAsync(5));
        await plain.Far.WriteAsync("and hello");
        Assert.Equal("and hello", await far.HearAsync(9));

        await connection.EndAsync(TestContext.Current.CancellationToken).InTimeAsync();

        Assert.Equal("", await far.HearToEndAsync());
        Assert.Empty(await plain.Far.ReadToEndAsync());
        await AssertEndedAsync(connection);
        await Eventually.TrueAsync(() => near.IsClosed);
    }

    [Fact]
    public async Task B84_A_peer_that_resets_meanwhile_is_told_as_what_it_is()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options, configure: Narrow);
        await using var toB = EndlessWriter.Start(pair.A);
        await toB.StuckAsync();
        Task ending = pair.Connection.EndAsync(TestContext.Current.CancellationToken);

        pair.B.Reset();

        await ending.InTimeAsync();
        CloseInfo end = await pair.Connection.Completion;
        Assert.Equal((CloseReason.PeerReset, Side.B), (end.Reason, end.Side));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B84_Bytes_that_were_read_early_are_delivered_by_an_end_right_at_the_start(bool isSeenFirst)
    {
        await using var connector = new Connector(Patient.Options);
        using SocketPair a = await SocketPair.CreateAsync(), b = await SocketPair.CreateAsync();
        Task ending = isSeenFirst ? EndFirstAsync(connector) : Task.CompletedTask;
        byte[] early = RandomBytes.Of(84, 300_000);
        await connector.AddAsync(Side.A, a.Near.Socket, new AddOptions { LeadingBytes = early }, TestContext.Current.CancellationToken);
        await connector.AddAsync(Side.B, b.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        ending = isSeenFirst ? ending : connector.GetConnections().Single().EndAsync(TestContext.Current.CancellationToken);

        Assert.Equal(RandomBytes.Sha256(early), (await b.Far.HashToEndAsync()).Sha256);
        Assert.Empty(await a.Far.ReadToEndAsync());
        await ending.InTimeAsync();
    }

    /// <summary>Side A is a Unix socket, side B a TCP socket that is not read yet.</summary>
    private async Task<(Connector Connector, TestPeer A, TestPeer B, Connection Connection)> StartUnixAsync(DataTransformer? transformer)
    {
        Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "a"))) { Transformer = transformer },
            new ListenOptions(IPAddress.Loopback, 0),
            Patient.Options,
            TestContext.Current.CancellationToken);
        TestPeer a = await TestPeer.ConnectAsync(connector.EndPointA!), b = await TestPeer.ConnectAsync(connector.EndPointB!, Narrow);
        await Eventually.TrueAsync(() => connector.GetConnections().Count == 1);
        return (connector, a, b, connector.GetConnections().Single());
    }

    private static async Task EndFirstAsync(Connector connector)
    {
        await foreach (Connection connection in connector.WatchConnectionsAsync(TestContext.Current.CancellationToken))
        {
            await connection.EndAsync(TestContext.Current.CancellationToken);
            await AssertEndedAsync(connection);
            return;
        }
    }

    private static void Narrow(Socket socket) => socket.ReceiveBufferSize = 16 * 1024;

    private static async Task ExchangeAsync(RelayedPair pair)
    {
        await pair.A.WriteAsync("question");
        Assert.Equal("question", Encoding.ASCII.GetString(await pair.B.ReadAsync(8)));
        await pair.B.WriteAsync("answer");
        Assert.Equal("answer", Encoding.ASCII.GetString(await pair.A.ReadAsync(6)));
    }

    private static async Task AssertEndedAsync(Connection connection)
    {
        CloseInfo end = await connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.Ended, (Side?)null, (Exception?)null), (end.Reason, end.Side, end.Error));
    }
}
