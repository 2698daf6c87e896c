using System.Collections.Concurrent;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class BeforeJoiningTests
{
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B18_It_sees_both_peers_and_the_id_of_the_connection(Mode mode)
    {
        ConcurrentQueue<JoinContext> seen = new();
        ConnectorOptions options = Patient.Options with
        {
            BeforeJoining = (context, _) =>
            {
                seen.Enqueue(context);
                return ValueTask.CompletedTask;
            },
        };
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, options);
        JoinContext context = Assert.Single(seen);
        Assert.Equal(pair.Connection.Id, context.Id);
        Assert.Same(pair.Connection.PeerA, context.PeerA);
        Assert.Same(pair.Connection.PeerB, context.PeerB);
        Assert.Equal((Side.A, Side.B), (context.PeerA.Side, context.PeerB.Side));
        Assert.Equal((pair.A.LocalEndPoint, pair.B.LocalEndPoint), (context.PeerA.RemoteEndPoint, context.PeerB.RemoteEndPoint));
    }

    [Fact]
    public async Task B18_It_runs_before_any_byte_is_relayed()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using HookedRendezvous hooked = await HookedRendezvous.StartAsync(Patient.Options with
        {
            BeforeJoining = async (_, _) =>
            {
                running.SetResult();
                await goOn.Task;
            },
        });
        (TestPeer a, TestPeer b) = await hooked.ConnectBothAsync();
        await a.WriteAsync("from A");
        await b.WriteAsync("from B");
        await running.Task.InTimeAsync();
        await Eventually.TrueAsync(() => hooked.Connector.GetPending(Side.A).Count + hooked.Connector.GetPending(Side.B).Count == 0);
        Assert.Empty(hooked.Connector.GetConnections());
        Assert.Equal((0, 0), (a.Socket.Available, b.Socket.Available));
        goOn.SetResult();
        Assert.Equal("from B", await a.ReadTextAsync(6));
        Assert.Equal("from A", await b.ReadTextAsync(6));
    }

    [Fact]
    public async Task B18_It_can_set_the_transformers_of_one_connection()
    {
        int joins = 0;
        DataTransformer shouting = Transformers.FromChunks(() => new Shouting());
        await using HookedRendezvous hooked = await HookedRendezvous.StartAsync(Patient.Options with
        {
            BeforeJoining = (context, _) =>
            {
                (context.TransformAToB, context.TransformBToA) = Interlocked.Increment(ref joins) switch
                {
                    1 => (shouting, null),
                    2 => (null, shouting),
                    _ => ((DataTransformer?)null, (DataTransformer?)null),
                };
                return ValueTask.CompletedTask;
            },
        });
        Assert.Equal(("HELLO", "hello"), await CrossAsync(hooked));
        Assert.Equal(("hello", "HELLO"), await CrossAsync(hooked));
        Assert.Equal(("hello", "hello"), await CrossAsync(hooked));
    }

    [Fact]
    public async Task B18_It_finds_the_transformers_of_the_sides_and_can_take_them_away()
    {
        DataTransformer shouting = Transformers.FromChunks(() => new Shouting());
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Patient.Options with
            {
                BeforeJoining = (context, _) =>
                {
                    Assert.Same(shouting, context.TransformAToB);
                    Assert.Same(shouting, context.TransformBToA);
                    context.TransformBToA = null;
                    return ValueTask.CompletedTask;
                },
            },
            a: new SideOptions { Transformer = shouting },
            b: new SideOptions { Transformer = shouting });
        await pair.A.WriteAsync("loud");
        await pair.B.WriteAsync("soft");
        Assert.Equal("LOUD", await pair.B.ReadTextAsync(4));
        Assert.Equal("soft", await pair.A.ReadTextAsync(4));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B18_Throwing_costs_that_connection_alone(bool atOnce)
    {
        int joins = 0;
        await using HookedRendezvous hooked = await HookedRendezvous.StartAsync(Patient.Options with
        {
            BeforeJoining = async (_, _) =>
            {
                if (!atOnce)
                {
                    await Task.Yield();
                }

                if (Interlocked.Increment(ref joins) == 2)
                {
                    throw new InvalidOperationException("the hook does not like the second");
                }
            },
        });
        (TestPeer a, TestPeer b) first = await hooked.ConnectBothAsync();
        await Eventually.TrueAsync(() => hooked.Connector.GetConnections().Count == 1);
        using TestPeer a = await TestPeer.ConnectAsync(hooked.Connector.EndPointA!);
        await Eventually.TrueAsync(() => hooked.Connector.GetPending(Side.A).Count == 1);
        Assert.Equal(SocketError.ConnectionReset, (await TestPeer.ConnectToWhateverEndAsync(hooked.Connector.EndPointB!)).Error);
        Assert.Equal(SocketError.ConnectionReset, (await a.ReadToWhateverEndAsync()).Error);
        Assert.Equal(("hello", "hello"), await CrossAsync(hooked));
        await first.a.WriteAsync("still here");
        Assert.Equal("still here", await first.b.ReadTextAsync(10));
        await Eventually.TrueAsync(() => hooked.Connector.GetStats().Closed.Contains(new CloseCount(CloseReason.HookFailed, null, 1)));
        Assert.Equal(2, hooked.Connector.GetStats().SocketPairs);
        await hooked.Log.FirstAsync("the hook does not like the second");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B18_Hanging_costs_that_connection_alone_at_the_deadline_to_the_tick(bool blocks)
    {
        int joins = 0;
        var clock = new ManualClock();
        using var never = new ManualResetEventSlim();
        var running = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using HookedRendezvous hooked = await HookedRendezvous.StartAsync(Patient.Options with
        {
            TimeProvider = clock,
            BeforeJoining = async (_, cancellationToken) =>
            {
                if (Interlocked.Increment(ref joins) == 1)
                {
                    running.SetResult(cancellationToken);
                    if (blocks)
                    {
                        never.Wait(Eventually.Deadline, CancellationToken.None);
                    }

                    await Task.Delay(Timeout.Infinite, CancellationToken.None);
                }
            },
        });
        (TestPeer a, TestPeer b) = await hooked.ConnectBothAsync();
        CancellationToken token = await running.Task.InTimeAsync();
        Assert.Equal(("hello", "hello"), await CrossAsync(hooked));
        clock.Advance(new ConnectorOptions().JoinTimeout - _tick);
        Assert.False(token.IsCancellationRequested);
        clock.Advance(_tick);
        Assert.True(token.IsCancellationRequested);
        Assert.Equal(SocketError.ConnectionReset, (await a.ReadToWhateverEndAsync()).Error);
        Assert.Equal(SocketError.ConnectionReset, (await b.ReadToWhateverEndAsync()).Error);
        await Eventually.TrueAsync(() => hooked.Connector.GetStats().Closed.Contains(new CloseCount(CloseReason.HookFailed, null, 1)));
        Assert.Equal(("hello", "hello"), await CrossAsync(hooked));
        never.Set();
    }

    [Fact]
    public async Task B18_A_stop_ends_it_at_once()
    {
        var running = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using HookedRendezvous hooked = await HookedRendezvous.StartAsync(Patient.Options with
        {
            BeforeJoining = async (_, cancellationToken) =>
            {
                running.SetResult(cancellationToken);
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
            },
        });
        (TestPeer a, TestPeer b) = await hooked.ConnectBothAsync();
        CancellationToken token = await running.Task.InTimeAsync();
        await hooked.Connector.StopAsync(TestContext.Current.CancellationToken).InTimeAsync();
        Assert.True(token.IsCancellationRequested);
        Assert.Equal(SocketError.ConnectionReset, (await a.ReadToWhateverEndAsync()).Error);
        Assert.Equal(SocketError.ConnectionReset, (await b.ReadToWhateverEndAsync()).Error);
        Assert.Equal(0, hooked.Connector.GetStats().SocketPairs);
    }

    private static async Task<(string AtB, string AtA)> CrossAsync(HookedRendezvous hooked)
    {
        (TestPeer a, TestPeer b) = await hooked.ConnectBothAsync();
        await a.WriteAsync("hello");
        await b.WriteAsync("hello");
        return (await b.ReadTextAsync(5), await a.ReadTextAsync(5));
    }

    private sealed class Shouting : ChunkTransformer
    {
        public override void Transform(ReadOnlySpan<byte> chunk, System.Buffers.IBufferWriter<byte> output)
        {
            System.Text.Ascii.ToUpper(chunk, output.GetSpan(chunk.Length), out int written);
            output.Advance(written);
        }
    }
}
