using SocketConnector.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>Steps of tests of limits of time, on a clock that stands still until it is advanced.</summary>
internal sealed class ExpirySteps
{
    public static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    public ManualClock Clock { get; } = new();

    public static async Task SendAsync(RelayedPair pair, Side from)
    {
        Side to = from == Side.A ? Side.B : Side.A;
        long before = Delivered(pair.Connection);
        await pair[from].WriteAsync(".");
        Assert.Equal(".", await pair[to].ReadTextAsync(1));
        await Eventually.TrueAsync(() => Delivered(pair.Connection) == before + 1);
        await AcknowledgedAsync(pair.Connection);
    }

    public static long Delivered(Connection connection) => connection.BytesAToB + connection.BytesBToA;

    /// <summary>Until the relay has counted and the system has been told of everything, so that only time passes from here on.</summary>
    public static Task AcknowledgedAsync(Connection connection) => Eventually.TrueAsync(() => !IsWaiting(connection, Side.A) && !IsWaiting(connection, Side.B));

    /// <summary>Ends when a time has passed, and not a tick before.</summary>
    public async Task EndsAtTheTickAsync(RelayedPair pair, TimeSpan left, CloseReason reason)
    {
        Clock.Advance(left - Tick);
        Assert.False(pair.Connection.Completion.IsCompleted, "it was ended before its time");
        Clock.Advance(Tick);
        await EndsAsync(pair, reason);
    }

    public async Task EndsAsync(RelayedPair pair, CloseReason reason)
    {
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((reason, (Side?)null), (end.Reason, end.Side));
        Assert.Equal([new CloseCount(reason, null, 1)], pair.Connector.GetStats().Closed);
        Assert.Equal(0, Clock.ActiveTimers);
    }

    private static bool IsWaiting(Connection connection, Side side) => new SendQueue(Inside.StreamOf(connection, side)).IsWaiting || Inside.HoldsUp(connection, side);
}
