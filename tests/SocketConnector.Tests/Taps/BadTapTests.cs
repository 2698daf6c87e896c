using Microsoft.Extensions.Logging;
using SocketConnector.Pumping;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Taps;

/// <summary>Taps that are slow, stuck or wrong, and what that costs: themselves.</summary>
public sealed class BadTapTests
{
    private const int Much = 32 * 1024 * 1024;

    [Fact]
    public async Task A_tap_that_is_stuck_misses_chunks_which_are_counted_and_holds_up_nothing()
    {
        using var goOn = new ManualResetEventSlim();
        var tap = new SeeingTap { Acting = _ => goOn.Wait(Eventually.Deadline, CancellationToken.None) };
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        using IDisposable attached = pair.Connection.Attach(tap);
        var pouring = Pouring.Start(pair.A, Much);
        (long Count, string Sha256) arrived = await pair.B.HashToEndAsync();
        Assert.Equal((Much, await pouring.Sha256.InTimeAsync()), arrived);
        pair.B.EndHalf();
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
        Assert.Single(tap.Calls);

        goOn.Set();
        (_, long missed) = await tap.Closed.InTimeAsync();
        int seen = tap.Bytes(Side.A).Length;
        Assert.InRange(seen, 1, 2 * 1024 * 1024);
        Assert.Equal(Much, seen + missed);
        Assert.Equal(["end A", "end B", "closed"], tap.Calls.TakeLast(3));
    }

    [Fact]
    public async Task A_chunk_tells_how_much_was_missed_before_it()
    {
        using var goOn = new ManualResetEventSlim();
        var tap = new SeeingTap { Acting = _ => goOn.Wait(Eventually.Deadline, CancellationToken.None) };
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        using IDisposable attached = pair.Connection.Attach(tap);
        byte[] much = RandomBytes.Of(21, 8 * 1024 * 1024);
        Task<byte[]> arriving = pair.B.ReadAsync(much.Length);
        await pair.A.WriteAsync(much);
        Assert.Equal(much, await arriving);
        goOn.Set();
        int seen = 0;
        await Eventually.TrueAsync(() => seen == (seen = tap.Bytes(Side.A).Length) && seen > 512 * 1024);
        await pair.A.WriteAsync("!");
        await Eventually.TrueAsync(() => tap.Bytes(Side.A) is [.., (byte)'!'] && tap.MissedBefore > 0, explain: () => $"{tap.MissedBefore} missed, {seen} seen");
        pair.A.EndHalf();
        pair.B.EndHalf();

        (_, long missed) = await tap.Closed.InTimeAsync();
        Assert.Equal((missed, much.Length + 1), (tap.MissedBefore, tap.Bytes(Side.A).Length + missed));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("end A")]
    [InlineData("closed")]
    public async Task A_tap_that_throws_is_detached_and_logged_and_the_connection_goes_on(string call)
    {
        using var log = new LogCollector();
        SeeingTap tap = new() { Acting = now => Throw(now == call) }, other = new();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options with { LoggerFactory = log });
        using IDisposable attached = pair.Connection.Attach(tap), alongside = pair.Connection.Attach(other);
        await pair.A.WriteAsync("hello");
        Assert.Equal("hello", await pair.B.ReadTextAsync(5));
        pair.A.EndHalf();
        Assert.Equal("", await pair.B.ReadTextToEndAsync());
        await pair.B.WriteAsync("hello");
        Assert.Equal("hello", await pair.A.ReadTextAsync(5));
        pair.B.EndHalf();

        Assert.Equal(CloseReason.Completed, (await other.Closed.InTimeAsync()).Info.Reason);
        Assert.Equal(["A", "end A", "B", "end B", "closed"], other.Calls);
        LogEntry told = await log.FirstAsync("the tap SeeingTap failed and is detached");
        Assert.Contains("wrong on purpose", told.Message, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Warning, told.Level);
        Assert.Equal(call, tap.Calls[^1]);
    }

    [Fact]
    public async Task Detaching_waits_for_the_call_that_runs_and_none_follows()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var goOn = new ManualResetEventSlim();
        var tap = new SeeingTap
        {
            Acting = _ =>
            {
                running.TrySetResult();
                goOn.Wait(Eventually.Deadline, CancellationToken.None);
            },
        };
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        IDisposable attached = pair.Connection.Attach(tap);
        await pair.A.WriteAsync("one");
        await running.Task.InTimeAsync();
        var detaching = Task.Run(attached.Dispose, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => ((IFlowEnds)pair.Connection.Pair).Taps is null);
        await pair.A.WriteAsync("two");
        Assert.Equal("onetwo", await pair.B.ReadTextAsync(6));
        Assert.False(detaching.IsCompleted);
        goOn.Set();
        await detaching.InTimeAsync();
        Assert.Equal(["A"], tap.Calls);
    }

    [Fact]
    public async Task A_tap_can_detach_itself()
    {
        IDisposable? attached = null;
        var detached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var tap = new SeeingTap
        {
            Acting = _ =>
            {
                attached!.Dispose();
                detached.SetResult();
            },
        };
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        attached = pair.Connection.Attach(tap);
        await pair.A.WriteAsync("one");
        await detached.Task.InTimeAsync();
        await pair.A.WriteAsync("two");
        Assert.Equal("onetwo", await pair.B.ReadTextAsync(6));
        Assert.Equal(["A"], tap.Calls);
    }

    private static void Throw(bool now)
    {
        if (now)
        {
            throw new InvalidOperationException("wrong on purpose");
        }
    }
}
