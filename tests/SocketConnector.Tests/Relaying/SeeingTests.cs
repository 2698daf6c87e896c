using System.Net;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>What a program can ask a running connector for.</summary>
public sealed class SeeingTests
{
    private static readonly ListenOptions _loopback = new(new IPEndPoint(IPAddress.Loopback, 0));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task B133_A_connection_is_found_by_its_id_for_as_long_as_it_is_joined()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer);
        Assert.Same(pair.Connection, pair.Connector.FindConnection(pair.Connection.Id));
        Assert.Null(pair.Connector.FindConnection(pair.Connection.Id + 1));
        pair.Connection.Abort();
        await pair.Connection.Completion.InTimeAsync();
        Assert.Null(pair.Connector.FindConnection(pair.Connection.Id));
    }

    [Fact]
    public async Task B133_The_kernel_is_asked_about_the_socket_of_either_side_and_an_ended_connection_has_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells");
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer);
        await pair.A.WriteAsync("1234567");
        await pair.B.ReadTextAsync(7);
        foreach (Side side in Enum.GetValues<Side>())
        {
            TcpInfo info = Assert.IsType<TcpInfo>(pair.Connection.GetTcpInfo(side));
            Assert.Equal("established", info.State);
            Assert.InRange(info.RoundTrip, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(10));
            Assert.InRange(info.CongestionWindow, 1, 100_000);
            Assert.InRange(info.MaxSegmentSize, 500, 65_536);
            Assert.Equal(0, info.ReceiveQueue);
        }

        pair.A.EndHalf();
        await pair.B.ReadToEndAsync();
        Assert.Equal("close-wait", pair.Connection.GetTcpInfo(Side.A)!.State);
        pair.Connection.Abort();
        await pair.Connection.Completion.InTimeAsync();
        Assert.Null(pair.Connection.GetTcpInfo(Side.A));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Connection.GetTcpInfo((Side)2));
    }

    [Fact]
    public async Task B133_A_peer_shows_while_it_is_admitted_and_counts_as_pending_after_that()
    {
        var verdict = new TaskCompletionSource<AuthResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ListenOptions sideA = _loopback with
        {
            AuthVerifier = (_, _) =>
            {
                asked.SetResult();
                return new ValueTask<AuthResult>(verdict.Task);
            },
        };
        await using Connector connector = await Connector.ServerToServerAsync(sideA, _loopback, new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan }, Cancelled);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await asked.Task.InTimeAsync();
        AdmittingPeer admitting = Assert.Single(connector.GetAdmitting());
        Assert.Equal((Side.A, client.LocalEndPoint), (admitting.Peer.Side, admitting.Peer.RemoteEndPoint));
        Assert.Equal((1, 0, 0), (connector.GetStats().Admitting, connector.GetStats().PendingA, connector.GetStats().PendingB));

        verdict.SetResult(AuthResult.Accept());
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        Assert.Empty(connector.GetAdmitting());
        Assert.Equal((0, 1, 0), (connector.GetStats().Admitting, connector.GetStats().PendingA, connector.GetStats().PendingB));
        Assert.False(connector.IsStarving);
    }

    [Fact]
    public async Task B133_A_writer_that_is_added_hears_what_happens_from_then_on_and_one_that_is_taken_off_hears_no_more()
    {
        var first = Channel.CreateUnbounded<ConnectionEvent>();
        var second = Channel.CreateUnbounded<ConnectionEvent>();
        await using Connector connector = await Connector.ServerToServerAsync(_loopback, _loopback, new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan, Events = first.Writer }, Cancelled);
        (TestPeer a, TestPeer b) = await JoinAsync(connector);
        long before = Assert.Single(connector.GetConnections()).Id;
        await NextAsync(first, ConnectionEventKind.Joined);

        IDisposable told = connector.AddEvents(second.Writer);
        a.Dispose();
        b.Dispose();
        Assert.Equal(before, (await NextAsync(second, ConnectionEventKind.Closed)).ConnectionId);
        Assert.Equal(before, (await NextAsync(first, ConnectionEventKind.Closed)).ConnectionId);

        told.Dispose();
        told.Dispose();
        (a, b) = await JoinAsync(connector);
        await NextAsync(first, ConnectionEventKind.Joined);
        Assert.False(second.Reader.TryRead(out _));
        a.Dispose();
        b.Dispose();
    }

    [Fact]
    public async Task B133_What_an_added_writer_does_not_take_is_lost_and_counted_also_once_it_is_gone()
    {
        var full = Channel.CreateBounded<ConnectionEvent>(1);
        await using Connector connector = await Connector.ServerToServerAsync(_loopback, _loopback, new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan }, Cancelled);
        using (connector.AddEvents(full.Writer))
        {
            (TestPeer a, TestPeer b) = await JoinAsync(connector);
            a.Dispose();
            b.Dispose();
            await Eventually.TrueAsync(() => connector.GetStats().LostEvents > 0);
        }

        Assert.True(connector.GetStats().LostEvents > 0, "what a writer that is gone had lost is forgotten");
    }

    private static async Task<(TestPeer A, TestPeer B)> JoinAsync(Connector connector)
    {
        TestPeer a = await TestPeer.ConnectAsync(connector.EndPointA!);
        TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        await a.WriteAsync("x");
        await b.ReadTextAsync(1);
        return (a, b);
    }

    private static async Task<ConnectionEvent> NextAsync(Channel<ConnectionEvent> events, ConnectionEventKind kind)
    {
        while (true)
        {
            ConnectionEvent next = await events.Reader.ReadAsync(Cancelled).AsTask().InTimeAsync(what: $"the event {kind}");
            if (next.Kind == kind)
            {
                return next;
            }
        }
    }
}
