using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>Connections that have lasted for too long, and whatever else ends them at that moment.</summary>
public sealed class MaxLifetimeTests
{
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan _lifetime = TimeSpan.FromHours(1);

    private readonly ExpirySteps _steps = new();

    private ConnectorOptions Idle => Patient.Options with { TimeProvider = _steps.Clock, IdleTimeout = _idle };

    private ConnectorOptions Lasting => Patient.Options with { TimeProvider = _steps.Clock, MaxLifetime = _lifetime };

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B97_A_connection_that_has_lasted_is_reset_at_the_tick_whatever_moves(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Lasting);
        await ExpirySteps.AcknowledgedAsync(pair.Connection);
        for (int i = 0; i < 4; i++)
        {
            _steps.Clock.Advance(_lifetime / 5);
            await ExpirySteps.SendAsync(pair, i % 2 == 0 ? Side.A : Side.B);
        }

        _steps.Clock.Advance((_lifetime / 5) - ExpirySteps.Tick);
        await ExpirySteps.SendAsync(pair, Side.B);
        Assert.False(pair.Connection.Completion.IsCompleted, "it was ended before its time");
        _steps.Clock.Advance(ExpirySteps.Tick);

        await _steps.EndsAsync(pair, CloseReason.LifetimeReached);
        Assert.Equal(SocketError.ConnectionReset, (await pair.A.ReadToWhateverEndAsync()).Error);
    }

    [Theory]
    [InlineData(30, CloseReason.IdleTimeout)]
    [InlineData(89, CloseReason.IdleTimeout)]
    [InlineData(90, CloseReason.LifetimeReached)]
    [InlineData(91, CloseReason.LifetimeReached)]
    public async Task B97_Of_two_limits_the_first_decides(int movedAt, CloseReason reason)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Idle with { MaxLifetime = 2 * _idle });
        await ExpirySteps.AcknowledgedAsync(pair.Connection);
        _steps.Clock.Advance(TimeSpan.FromSeconds(movedAt / 2));
        await ExpirySteps.SendAsync(pair, Side.A);
        _steps.Clock.Advance(TimeSpan.FromSeconds(movedAt - (movedAt / 2)));
        await ExpirySteps.SendAsync(pair, Side.B);

        await _steps.EndsAtTheTickAsync(pair, reason == CloseReason.IdleTimeout ? _idle : (2 * _idle) - TimeSpan.FromSeconds(movedAt), reason);
    }

    [Theory]
    [InlineData("abort")]
    [InlineData("end in order")]
    [InlineData("dispose")]
    [InlineData("peer resets")]
    public async Task B97_Whatever_else_ends_it_at_that_moment_it_ends_once(string how)
    {
        for (int i = 0; i < 20; i++)
        {
            await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Idle with { MaxLifetime = _idle });
            await ExpirySteps.AcknowledgedAsync(pair.Connection);
            using var barrier = new Barrier(2);
            Task other = Task.Run(async () =>
            {
                barrier.SignalAndWait(Eventually.Deadline, TestContext.Current.CancellationToken);
                switch (how)
                {
                    case "abort":
                        pair.Connection.Abort();
                        break;
                    case "end in order":
                        await pair.Connection.EndAsync(TestContext.Current.CancellationToken);
                        break;
                    case "dispose":
                        await pair.Connector.DisposeAsync();
                        break;
                    default:
                        pair.A.Reset();
                        break;
                }
            }, TestContext.Current.CancellationToken);
            barrier.SignalAndWait(Eventually.Deadline, TestContext.Current.CancellationToken);
            _steps.Clock.Advance(_idle);
            await other.InTimeAsync();

            CloseInfo end = await pair.Connection.Completion.InTimeAsync();
            Assert.Contains(end.Reason, (CloseReason[])[CloseReason.LifetimeReached, CloseReason.Aborted, CloseReason.Ended, CloseReason.HalfCloseTimeout, CloseReason.PeerReset]);
            Assert.Equal(1, pair.Connector.GetStats().Closed.Sum(closed => closed.Count));
            await pair.Connector.DisposeAsync().AsTask().InTimeAsync();
            Assert.Equal(0, _steps.Clock.ActiveTimers);
        }
    }
}
