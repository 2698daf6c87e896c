using SocketConnector.Pumping;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transforms;

public sealed class HangingTransformerTests
{
    // The pipe takes one buffer, and the read that fills it may go over by one segment.
    private const long MaxHeld = 128 * 1024;

    [Fact]
    public async Task B32_A_hanging_transformer_holds_bounded_memory_and_is_cancelled_at_abort()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, a: new SideOptions { Transformer = HangAsync });
        var pouring = Pouring.Start(pair.A, 64 * 1024 * 1024);
        await pouring.StuckAsync();

        Assert.InRange(pair.Connection.PeerA.BytesReceived, 1, MaxHeld);
        Assert.Equal(0, pair.Connection.BytesAToB);
        await pair.B.WriteAsync("the other way is open");
        Assert.Equal("the other way is open", await pair.A.ReadTextAsync(21));
        Assert.False(cancelled.Task.IsCompleted, "it is cancelled before the abort");
        pair.Connection.Abort();

        await cancelled.Task.InTimeAsync();
        Assert.Equal(CloseReason.Aborted, (await pair.Connection.Completion.InTimeAsync()).Reason);
        Assert.NotNull((await pair.B.ReadToWhateverEndAsync()).Error);
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() => pouring.Sha256.InTimeAsync());

        async Task HangAsync(System.IO.Pipelines.PipeReader source, System.IO.Pipelines.PipeWriter destination, CancellationToken cancellationToken)
        {
            using CancellationTokenRegistration registration = cancellationToken.Register(cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    [Fact]
    public async Task B32_One_that_ignores_its_cancellation_is_left_behind()
    {
        var clock = new ManualClock();
        var never = new TaskCompletionSource();
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, Options(clock), a: new SideOptions { Transformer = (_, _, _) => never.Task });
        var pouring = Pouring.Start(pair.A, 64 * 1024 * 1024);
        await pouring.StuckAsync();
        Assert.InRange(pair.Connection.PeerA.BytesReceived, 1, MaxHeld);

        await AssertLeftBehindAsync(pair, clock);
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(() => pouring.Sha256.InTimeAsync());
    }

    [Fact]
    public async Task B32_One_that_blocks_its_thread_is_left_behind_and_stops_nothing_else()
    {
        var clock = new ManualClock();
        using var gate = new ManualResetEventSlim();
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Options(clock),
            a: new SideOptions
            {
                Transformer = (_, _, _) =>
                {
                    gate.Wait(CancellationToken.None);
                    return Task.CompletedTask;
                },
            });
        try
        {
            await pair.B.WriteAsync("the other way is open");
            Assert.Equal("the other way is open", await pair.A.ReadTextAsync(21));
            await AssertLeftBehindAsync(pair, clock);
        }
        finally
        {
            gate.Set();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B32_A_callback_that_throws_when_cancelled_changes_nothing(bool byDisposal)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            a: new SideOptions
            {
                Transformer = async (source, destination, cancellationToken) =>
                {
                    cancellationToken.Register(() => throw new InvalidOperationException("a callback of the transformer's own"));
                    await source.CopyToAsync(destination, cancellationToken);
                },
            });
        await pair.A.WriteAsync("it runs");
        Assert.Equal("it runs", await pair.B.ReadTextAsync(7));

        if (byDisposal)
        {
            await pair.Connector.DisposeAsync().AsTask().InTimeAsync();
        }
        else
        {
            pair.B.Reset();
        }

        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal(byDisposal ? (CloseReason.Aborted, null) : (CloseReason.PeerReset, Side.B), (end.Reason, end.Side));
        Assert.NotNull((await pair.A.ReadToWhateverEndAsync()).Error);
    }

    private static ConnectorOptions Options(ManualClock clock) => new() { GracePeriod = Timeout.InfiniteTimeSpan, TimeProvider = clock };

    private static async Task AssertLeftBehindAsync(RelayedPair pair, ManualClock clock)
    {
        pair.Connection.Abort();
        await Eventually.TrueAsync(() => clock.Delays.Contains(TransformPump.Patience));
        clock.Advance(TransformPump.Patience - TimeSpan.FromTicks(1));
        Assert.False(pair.Connection.Completion.IsCompleted, "it was given up before its time");
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(CloseReason.Aborted, (await pair.Connection.Completion.InTimeAsync()).Reason);
        Assert.NotNull((await pair.B.ReadToWhateverEndAsync()).Error);
    }
}
