using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

/// <summary>One test for each reason; each looks at what a user can read: the connection's end, the statistics, the log.</summary>
public sealed class CloseReasonTests
{
    private static readonly ConnectorOptions _patient = Patient.Options;

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B63_Completed_names_the_side_that_ended_first(Side first)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, _patient);
        TestPeer later = pair[first == Side.A ? Side.B : Side.A];

        pair[first].EndHalf();
        await later.ReadToEndAsync();
        later.EndHalf();

        await AssertEndsAsync(pair, CloseReason.Completed, first);
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B63_PeerReset_names_the_side_that_reset(Side resetting)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, _patient);

        pair[resetting].Reset();

        await AssertEndsAsync(pair, CloseReason.PeerReset, resetting);
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B63_HalfCloseTimeout_names_the_side_that_never_ends_its_half(Side endless)
    {
        var clock = new ManualClock();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, _patient with { TimeProvider = clock });
        TestPeer ended = pair[endless == Side.A ? Side.B : Side.A];

        ended.EndHalf();
        await pair[endless].ReadToEndAsync();
        await Eventually.TrueAsync(() => clock.ActiveTimers == 1);
        clock.Advance(TimeSpan.FromSeconds(60));

        await AssertEndsAsync(pair, CloseReason.HalfCloseTimeout, endless);
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B63_TransformFailed_names_the_side_whose_bytes_were_transformed(Side side)
    {
        var failing = new SideOptions
        {
            Transformer = async (source, _, cancellationToken) =>
            {
                await source.ReadAsync(cancellationToken);
                throw new InvalidDataException("not my format");
            },
        };
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, _patient, side == Side.A ? failing : null, side == Side.B ? failing : null);

        await pair[side].WriteAsync("x");

        await AssertEndsAsync(pair, CloseReason.TransformFailed, side);
    }

    [Fact]
    public async Task B63_Aborted_names_no_side()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, _patient);

        pair.Connection.Abort();

        await AssertEndsAsync(pair, CloseReason.Aborted, null);
    }

    [Fact]
    public async Task B63_Ended_names_no_side()
    {
        var log = new LogCollector();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, _patient with { LoggerFactory = log, Verbose = true });

        await pair.Connection.EndAsync(TestContext.Current.CancellationToken).InTimeAsync();

        await AssertEndsAsync(pair, CloseReason.Ended, null);
        await log.FirstAsync("closed: ended;");
    }

    [Fact]
    public async Task B63_ConnectFailed_names_the_side_that_cannot_be_connected_to()
    {
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ConnectOptions(TestServer.RefusingPort()), _patient with { LoggerFactory = new LogCollector() }, TestContext.Current.CancellationToken);

        Assert.Equal(SocketError.ConnectionReset, (await TestPeer.ConnectToWhateverEndAsync(connector.EndPointA!)).Error);

        CloseCount closed = await OnlyClosingAsync(connector);
        Assert.Equal((CloseReason.ConnectFailed, Side.B), (closed.Reason, closed.Side));
    }

    [Fact]
    public async Task B63_ConnectTimeout_names_the_side_that_does_not_answer()
    {
        var clock = new ManualClock();
        using var server = new TestServer(backlog: 1);
        await server.FillAsync();
        var log = new LogCollector();
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ConnectOptions(server.EndPoint), _patient with { TimeProvider = clock, LoggerFactory = log }, TestContext.Current.CancellationToken);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => clock.ActiveTimers == 1);

        clock.Advance(TimeSpan.FromSeconds(10));

        CloseCount closed = await OnlyClosingAsync(connector);
        Assert.Equal((CloseReason.ConnectTimeout, Side.B), (closed.Reason, closed.Side));
        await log.FirstAsync("connect timeout on side B");
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B63_AuthRejected_names_the_side_that_was_rejected(Side rejected)
    {
        var log = new LogCollector();
        await using Connector connector = await ListeningAsync(rejected, Verifiers.Word("go"), _patient with { LoggerFactory = log });
        using TestPeer stranger = await TestPeer.ConnectAsync((rejected == Side.A ? connector.EndPointA : connector.EndPointB)!);

        await stranger.WriteAsync("no");

        CloseCount closed = await OnlyClosingAsync(connector);
        Assert.Equal((CloseReason.AuthRejected, rejected), (closed.Reason, closed.Side));
        LogEntry said = await log.FirstAsync($"authentication rejected on side {rejected}");
        Assert.Contains("said 'no'", said.Message, StringComparison.Ordinal);
        Assert.Contains(stranger.LocalEndPoint.ToString()!, said.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B63_AuthFailed_names_no_side(Side side)
    {
        var log = new LogCollector();
        await using Connector connector = await ListeningAsync(
            side, (_, _) => throw new InvalidDataException("the list of users is broken"), _patient with { LoggerFactory = log });
        Assert.Equal(SocketError.ConnectionReset, (await TestPeer.ConnectToWhateverEndAsync((side == Side.A ? connector.EndPointA : connector.EndPointB)!)).Error);

        CloseCount closed = await OnlyClosingAsync(connector);
        Assert.Equal((CloseReason.AuthFailed, (Side?)null), (closed.Reason, closed.Side));
        await log.FirstAsync("authentication failed: the list of users is broken");
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B63_AuthTimeout_names_the_side_that_was_silent(Side silent)
    {
        var clock = new ManualClock();
        await using Connector connector = await ListeningAsync(silent, Verifiers.Word("go"), _patient with { TimeProvider = clock, LoggerFactory = new LogCollector() });
        using TestPeer stranger = await TestPeer.ConnectAsync((silent == Side.A ? connector.EndPointA : connector.EndPointB)!);
        await Eventually.TrueAsync(() => clock.ActiveTimers == 1);

        clock.Advance(TimeSpan.FromSeconds(30));

        CloseCount closed = await OnlyClosingAsync(connector);
        Assert.Equal((CloseReason.AuthTimeout, silent), (closed.Reason, closed.Side));
    }

    [Fact]
    public async Task B63_HookFailed_names_no_side()
    {
        var log = new LogCollector();
        var bothThere = new TaskCompletionSource();
        ConnectorOptions options = _patient with
        {
            LoggerFactory = log,
            BeforeJoining = async (_, _) =>
            {
                await bothThere.Task;
                throw new InvalidOperationException("not today");
            },
        };
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, options, waitUntilJoined: false);

        bothThere.SetResult();

        CloseCount closed = await OnlyClosingAsync(pair.Connector);

        Assert.Equal((CloseReason.HookFailed, (Side?)null), (closed.Reason, closed.Side));
        await log.FirstAsync("hook failed: not today");
    }

    private static Task<Connector> ListeningAsync(Side verified, SocketAuthVerifier verifier, ConnectorOptions options)
    {
        var plain = new ListenOptions(IPAddress.Loopback, 0);
        ListenOptions guarded = plain with { AuthVerifier = verifier };
        return Connector.ServerToServerAsync(verified == Side.A ? guarded : plain, verified == Side.B ? guarded : plain, options);
    }

    private static async Task AssertEndsAsync(RelayedPair pair, CloseReason reason, Side? side)
    {
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((reason, side), (end.Reason, end.Side));
        CloseCount closed = Assert.Single(pair.Connector.GetStats().Closed);
        Assert.Equal(new CloseCount(reason, side, 1), closed);
    }

    private static async Task<CloseCount> OnlyClosingAsync(Connector connector)
    {
        await Eventually.TrueAsync(() => connector.GetStats().Closed.Count > 0, explain: () => connector.GetStats().ToJson());
        return Assert.Single(connector.GetStats().Closed);
    }
}
