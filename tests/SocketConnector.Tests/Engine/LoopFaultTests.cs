using SocketConnector.Loops;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Engine;

/// <summary>What throws while bytes are moved on a loop costs its own connection.</summary>
public sealed class LoopFaultTests
{
    [Fact]
    public async Task A_connection_whose_bytes_cannot_be_moved_for_a_fault_is_aborted_and_others_go_on()
    {
        if (TestEngine.Plain == RelayEngine.Portable)
        {
            // There are no loops.
            return;
        }

        var clock = new FailingClock();
        using var target = new TestServer();
        await using Connector connector = await Connector.ServerToSocketAsync(
            RelayedPair.Listen(new SideOptions()), new ConnectOptions(target.EndPoint), Patient.Options with { TimeProvider = clock }, TestContext.Current.CancellationToken);
        using TestPeer a = await TestPeer.ConnectAsync(connector.EndPointA!), b = await target.AcceptAsync();
        await a.WriteAsync("fine");
        Assert.Equal("fine", await b.ReadTextAsync(4));
        Connection connection = connector.Connections.Single();

        clock.FailOnce();
        await a.WriteAsync("lost");
        CloseInfo info = await connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.Aborted, (Side?)null), (info.Reason, info.Side));
        Assert.NotNull((await b.ReadToWhateverEndAsync()).Error);

        using TestPeer next = await TestPeer.ConnectAsync(connector.EndPointA!), nextFar = await target.AcceptAsync();
        await next.WriteAsync("fine");
        Assert.Equal("fine", await nextFar.ReadTextAsync(4));
    }

    /// <summary>A user's clock, which throws once when a loop asks it for the time.</summary>
    private sealed class FailingClock : TimeProvider
    {
        private int _fails;

        public void FailOnce() => Volatile.Write(ref _fails, 1);

        public override long GetTimestamp() => EventLoop.Current is not null && Interlocked.Exchange(ref _fails, 0) == 1
            ? throw new InvalidOperationException("a clock that a test has stopped")
            : base.GetTimestamp();
    }
}
