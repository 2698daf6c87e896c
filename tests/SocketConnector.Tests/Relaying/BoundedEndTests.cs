using System.IO.Pipelines;
using System.Net.Sockets;
using SocketConnector.Joining;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary><see cref="Connection.EndAsync"/>: how long it takes at most, and what becomes of it beside other ends.</summary>
public sealed class BoundedEndTests
{
    private static readonly TimeSpan _timeout = TimeSpan.FromSeconds(60);
    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(Side.A, false)]
    [InlineData(Side.B, false)]
    [InlineData(Side.A, true)]
    [InlineData(Side.B, true)]
    public async Task B84_A_reader_that_has_stopped_is_reset_after_the_half_close_timeout(Side stopped, bool isTransformed)
    {
        await using RelayedPair pair = await StartAsync(isTransformed ? CopyAsync : null);
        await using var writing = EndlessWriter.Start(pair[stopped.Other()]);
        await writing.StuckAsync();

        Task ending = pair.Connection.EndAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await pair[stopped.Other()].ReadToEndAsync());
        _clock.Advance(_timeout / 2);
        Assert.False(ending.IsCompleted, "it was ended before its time");
        await AdvanceUntilOverAsync(ending);
        CloseInfo end = await pair.Connection.Completion;
        Assert.Equal((CloseReason.HalfCloseTimeout, stopped), (end.Reason, end.Side));
        Assert.NotNull((await pair[stopped].ReadToWhateverEndAsync()).Error);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public async Task B84_So_is_one_for_which_the_system_holds_the_rest()
    {
        await using RelayedPair pair = await StartAsync(null, Narrow);
        await pair.A.WriteAsync(new byte[1_000_000]).InTimeAsync();
        await Eventually.TrueAsync(() => pair.Connection.BytesAToB == 1_000_000);

        Task ending = pair.Connection.EndAsync(TestContext.Current.CancellationToken);

        await AdvanceUntilOverAsync(ending);
        CloseInfo end = await pair.Connection.Completion;
        Assert.Equal((CloseReason.HalfCloseTimeout, Side.B), (end.Reason, end.Side));
        Assert.NotNull((await pair.B.ReadToWhateverEndAsync()).Error);
    }

    [Fact]
    public async Task B84_A_slow_reader_that_goes_on_sending_gets_its_whole_tail_and_then_the_end()
    {
        const int Bytes = 1_000_000;
        await using RelayedPair pair = await StartAsync(null, Narrow);
        byte[] sent = RandomBytes.Of(seed: 84, Bytes);
        await pair.A.WriteAsync(sent).InTimeAsync();
        await Eventually.TrueAsync(() => pair.Connection.BytesAToB == Bytes);

        // A takes what B sends, or it would be a reader that has stopped.
        Task<(long Count, string Sha256)> atA = pair.A.HashToEndAsync();
        await using var fromB = EndlessWriter.Start(pair.B);

        Task ending = pair.Connection.EndAsync(TestContext.Current.CancellationToken);

        // Bytes that come over a closed socket would make a reset, which overtakes what the system still holds for B.
        Task<(long Count, string Sha256)> reading = pair.B.HashToEndAsync(
            pause: () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return Task.Delay(5);
            },
            chunk: 16 * 1024);
        Assert.Equal((Bytes, RandomBytes.Sha256(sent)), await reading);
        Assert.Equal(pair.Connection.BytesBToA, (await atA).Count);
        await AdvanceUntilOverAsync(ending, Parting.Patience);
        Assert.Equal(CloseReason.Ended, (await pair.Connection.Completion).Reason);
    }

    [Fact]
    public async Task B84_A_peer_that_never_stops_sending_is_let_go_after_a_second()
    {
        await using RelayedPair pair = await StartAsync(null);
        await using var fromA = EndlessWriter.Start(pair.A);
        await using var fromB = EndlessWriter.Start(pair.B, seed: 2);
        Task<(long Count, string Sha256)> reading = pair.B.HashToEndAsync();
        await fromB.StuckAsync();

        Task ending = pair.Connection.EndAsync(TestContext.Current.CancellationToken);

        (long count, _) = await reading;
        Assert.Equal(pair.Connection.BytesAToB, count);
        await fromB.DisposeAsync();
        pair.B.EndHalf();
        await fromA.StuckAsync();
        DateTimeOffset ended = _clock.GetUtcNow();
        (count, _) = await pair.A.HashToEndAsync();
        Assert.Equal(pair.Connection.BytesBToA, count);
        await Eventually.TrueAsync(() => _clock.Delays.Contains(Parting.FirstLook));
        while (!ending.IsCompleted)
        {
            // It has sent something between any two looks.
            long sent = fromA.Sent;
            await Eventually.TrueAsync(() => ending.IsCompleted || fromA.Sent > sent + 100_000);
            _clock.Advance(Parting.FirstLook);
        }

        Assert.InRange(_clock.GetUtcNow() - ended, Parting.Patience, 10 * Parting.Patience);
        Assert.Equal(CloseReason.Ended, (await pair.Connection.Completion).Reason);
    }

    [Fact]
    public async Task B84_A_transformer_that_never_ends_is_given_up_and_no_side_is_to_blame()
    {
        await using RelayedPair pair = await StartAsync(static async (source, _, cancellationToken) =>
        {
            await source.CopyToAsync(Stream.Null, cancellationToken);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        await pair.A.WriteAsync("taken");

        Task ending = pair.Connection.EndAsync(TestContext.Current.CancellationToken);

        await AdvanceUntilOverAsync(ending);
        CloseInfo end = await pair.Connection.Completion;
        Assert.Equal((CloseReason.HalfCloseTimeout, (Side?)null), (end.Reason, end.Side));
        Assert.NotNull((await pair.B.ReadToWhateverEndAsync()).Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B84_Its_token_aborts_what_is_left_and_the_task_still_finishes_in_order(bool isBefore)
    {
        await using RelayedPair pair = await StartAsync(null);
        await using var writing = EndlessWriter.Start(pair.A);
        await writing.StuckAsync();
        using var patience = new CancellationTokenSource();
        if (isBefore)
        {
            await patience.CancelAsync();
        }

        Task ending = pair.Connection.EndAsync(patience.Token);
        await patience.CancelAsync();

        await ending.InTimeAsync();
        await AssertAbortedAsync(pair);
    }

    [Fact]
    public async Task B84_An_abort_cuts_it_also_while_the_system_hands_over_the_rest()
    {
        await using RelayedPair pair = await StartAsync(null, Narrow);
        await pair.A.WriteAsync(new byte[1_000_000]).InTimeAsync();
        await Eventually.TrueAsync(() => pair.Connection.BytesAToB == 1_000_000);
        Task ending = pair.Connection.EndAsync(TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => _clock.Delays.Contains(Parting.FirstLook));

        pair.Connection.Abort();

        await ending.InTimeAsync();
        await AssertAbortedAsync(pair);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    [Fact]
    public async Task B84_It_can_be_called_again_and_after_the_end_and_the_first_reason_stays()
    {
        await using RelayedPair pair = await StartAsync(null);
        CancellationToken token = TestContext.Current.CancellationToken;
        await AdvanceUntilOverAsync(Task.WhenAll(pair.Connection.EndAsync(token), pair.Connection.EndAsync(token)), Parting.FirstLook);
        await pair.Connection.EndAsync(token).InTimeAsync();
        await pair.Connection.EndAsync(new CancellationToken(canceled: true)).InTimeAsync();
        pair.Connection.Abort();
        Assert.Equal(CloseReason.Ended, (await pair.Connection.Completion).Reason);
        Assert.Equal([new CloseCount(CloseReason.Ended, null, 1)], pair.Connector.GetStats().Closed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B84_Beside_other_ends_there_is_one_end_and_nothing_is_left(bool isTransformed)
    {
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(System.Net.IPAddress.Loopback, 0) { Transformer = isTransformed ? CopyAsync : null },
            new ListenOptions(System.Net.IPAddress.Loopback, 0),
            Patient.Options,
            TestContext.Current.CancellationToken);
        CancellationToken token = TestContext.Current.CancellationToken;
        for (int round = 0; round < 100; round++)
        {
            using TestPeer a = await TestPeer.ConnectAsync(connector.EndPointA!), b = await TestPeer.ConnectAsync(connector.EndPointB!);
            await Eventually.TrueAsync(() => connector.GetConnections().Count == 1);
            Connection connection = connector.GetConnections().Single();
            await a.WriteAsync(new byte[round * 1000]);
            Action other = (round % 5) switch
            {
                0 => connection.Abort,
                1 => a.EndHalf,
                2 => b.Reset,
                3 => a.Dispose,
                _ => static () => { }
                ,
            };
            await Task.WhenAll(
                Task.Run(() => connection.EndAsync(token), token),
                Task.Run(() => connection.EndAsync(token), token),
                Task.Run(other, token)).InTimeAsync(what: $"round {round}");
            Assert.True(connection.Completion.IsCompletedSuccessfully);
        }

        Assert.Equal(100, connector.GetStats().Closed.Sum(closed => closed.Count));
        Assert.Empty(connector.GetConnections());
    }

    private static void Narrow(Socket socket) => socket.ReceiveBufferSize = 16 * 1024;

    private static Task CopyAsync(PipeReader source, PipeWriter destination, CancellationToken cancellationToken) => source.CopyToAsync(destination, cancellationToken);

    private static async Task AssertAbortedAsync(RelayedPair pair)
    {
        CloseInfo end = await pair.Connection.Completion;
        Assert.Equal((CloseReason.Aborted, (Side?)null), (end.Reason, end.Side));
        Assert.NotNull((await pair.B.ReadToWhateverEndAsync()).Error);
    }

    private async Task<RelayedPair> StartAsync(DataTransformer? transformer, Action<Socket>? configure = null)
    {
        var side = new SideOptions { Transformer = transformer };
        RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, Patient.Options with { HalfCloseTimeout = _timeout, TimeProvider = _clock }, side, side, configure);
        _clock.Advance(Parting.FirstLook);
        return pair;
    }

    private Task AdvanceUntilOverAsync(Task ending, TimeSpan? step = null) => Eventually.TrueAsync(
        () =>
        {
            // Whatever was on its way may count as movement once.
            _clock.Advance(step ?? _timeout);
            return ending.IsCompleted;
        },
        explain: () => $"{_clock.ActiveTimers} timers");
}
