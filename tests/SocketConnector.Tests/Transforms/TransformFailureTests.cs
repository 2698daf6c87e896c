using System.Buffers;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transforms;

public sealed class TransformFailureTests
{
    /// <summary>Where a transformer can go wrong.</summary>
    public enum Fault
    {
        BeforeItsFirstWait,
        AfterSomeBytes,
        InAChunk,
        InTheTail,
        WhenMade,
        WhenAStreamIsMade,
        StopsEarly,
        StopsReadingAndHangs,
        EndsItsOutputAndThrows,
    }

    public static TheoryData<Fault, Side> FaultsAndSides
    {
        get
        {
            var rows = new TheoryData<Fault, Side>();
            foreach (Fault fault in Enum.GetValues<Fault>())
            {
                rows.Add(fault, Side.A);
                rows.Add(fault, Side.B);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(FaultsAndSides))]
    public async Task B32_A_faulty_transformer_ends_its_connection_with_a_reset_to_both_sides(Fault fault, Side side)
    {
        var faulty = new SideOptions { Transformer = With(fault) };
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, a: side == Side.A ? faulty : null, b: side == Side.B ? faulty : null);
        TestPeer sender = pair[side], other = pair[side == Side.A ? Side.B : Side.A];
        Task<(byte[] Bytes, SocketError? Error)> atSender = sender.ReadToWhateverEndAsync(), atOther = other.ReadToWhateverEndAsync();

        bool writeFailed = await SendUntilOverAsync(sender, pair.Connection, thenEnd: fault == Fault.InTheTail);

        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.TransformFailed, side), (end.Reason, end.Side));
        Assert.NotNull(end.Error);
        SocketError? errorAtSender = (await atSender).Error, errorAtOther = (await atOther).Error;
        Assert.True(writeFailed || errorAtSender is not null, "the sender saw a clean end");
        Assert.True(errorAtOther is not null, "the receiver saw a clean end");
    }

    [Fact]
    public async Task B32_A_faulty_transformer_costs_no_other_connection()
    {
        int made = 0;
        using var target = new TestServer();
        ListenOptions listen = RelayedPair.Listen(new SideOptions
        {
            Transformer = (source, destination, cancellationToken) =>
                Interlocked.Increment(ref made) == 2 ? throw new InvalidOperationException("the second one is broken") : source.CopyToAsync(destination, cancellationToken),
        });
        await using Connector connector = await Connector.ServerToSocketAsync(
            listen, RelayedPair.Connect(new SideOptions(), target), new ConnectorOptions(), TestContext.Current.CancellationToken);
        using TestPeer first = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer firstServer = await target.AcceptAsync();
        await first.WriteAsync("1");
        Assert.Equal("1", await firstServer.ReadTextAsync(1));

        using (TestPeer second = await TestPeer.ConnectAsync(connector.EndPointA!))
        {
            Assert.NotNull((await second.ReadToWhateverEndAsync()).Error);
        }

        using TestPeer secondServer = await target.AcceptAsync();
        await first.WriteAsync("still here");
        Assert.Equal("still here", await firstServer.ReadTextAsync(10));
        using TestPeer third = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer thirdServer = await target.AcceptAsync();
        await third.WriteAsync("a later one");
        Assert.Equal("a later one", await thirdServer.ReadTextAsync(11));
    }

    [Fact]
    public async Task B79_A_reset_that_makes_the_transformer_throw_is_still_the_peers()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Patient.Options,
            a: new SideOptions
            {
                Transformer = async (source, destination, token) =>
                {
                    try
                    {
                        await source.CopyToAsync(destination, token);
                    }
                    catch (Exception error)
                    {
                        throw new InvalidDataException("cut short", error);
                    }
                },
            });
        await pair.A.WriteAsync("x");
        Assert.Equal("x", await pair.B.ReadTextAsync(1));

        pair.A.Reset();

        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.PeerReset, Side.A), (end.Reason, end.Side));
        Assert.NotNull((await pair.B.ReadToWhateverEndAsync()).Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B79_The_source_resets_while_nothing_can_be_delivered_and_that_ends_both(bool transformerHangs)
    {
        var clock = new ManualClock();
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Patient.Options with { TimeProvider = clock },
            a: new SideOptions
            {
                Transformer = (source, destination, token) => transformerHangs ? Task.Delay(Timeout.Infinite, token) : source.CopyToAsync(destination, token),
            });
        var pouring = Pouring.Start(pair.A, 64 * 1024 * 1024);
        await pouring.StuckAsync();
        Assert.False(pair.Connection.Completion.IsCompleted);

        pair.A.Reset();
        await Assert.ThrowsAnyAsync<Exception>(() => pouring.Sha256.InTimeAsync());
        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            return pair.Connection.Completion.IsCompleted;
        });

        CloseInfo end = await pair.Connection.Completion;
        Assert.Equal((CloseReason.PeerReset, Side.A), (end.Reason, end.Side));
        Assert.NotNull((await pair.B.ReadToWhateverEndAsync()).Error);
        Assert.Equal(0, clock.ActiveTimers);
    }

    /// <summary>Whether a transformer stopped too early shows as soon as there is something that it did not take.</summary>
    /// <returns>Whether a write failed: the system tells of a reset once, whoever asks first.</returns>
    private static async Task<bool> SendUntilOverAsync(TestPeer sender, Connection connection, bool thenEnd)
    {
        try
        {
            await sender.WriteAsync("one line\n");
            while (!thenEnd && !connection.Completion.IsCompleted)
            {
                await Task.Delay(10);
                await sender.WriteAsync("another line\n");
            }

            if (thenEnd)
            {
                sender.EndHalf();
            }

            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static DataTransformer With(Fault fault) => fault switch
    {
        Fault.BeforeItsFirstWait => (_, _, _) => throw new InvalidOperationException("before its first wait"),
        Fault.AfterSomeBytes => async (source, destination, cancellationToken) =>
        {
            await source.ReadAsync(cancellationToken);
            await destination.WriteAsync("half of it"u8.ToArray(), cancellationToken);
            throw new InvalidOperationException("after some bytes");
        }
        ,
        Fault.InAChunk => Transformers.FromChunks(() => new Broken(inChunk: true)),
        Fault.InTheTail => Transformers.FromChunks(() => new Broken(inChunk: false)),
        Fault.WhenMade => Transformers.FromChunks(() => throw new InvalidOperationException("when made")),
        Fault.WhenAStreamIsMade => Transformers.FromStream(_ => throw new InvalidOperationException("when a stream is made")),
        Fault.StopsEarly => async (source, destination, cancellationToken) =>
        {
            System.IO.Pipelines.ReadResult read = await source.ReadAsync(cancellationToken);
            await destination.WriteAsync(read.Buffer.ToArray(), cancellationToken);
            source.AdvanceTo(read.Buffer.End);
        }
        ,
        Fault.StopsReadingAndHangs => async (source, _, cancellationToken) =>
        {
            await source.CompleteAsync();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        ,
        _ => async (source, destination, cancellationToken) =>
        {
            source.AdvanceTo((await source.ReadAsync(cancellationToken)).Buffer.End);
            await destination.WriteAsync("looks whole"u8.ToArray(), cancellationToken);
            await destination.CompleteAsync();

            // Time enough for the far side to see an end, if it is shown one.
            source.AdvanceTo((await source.ReadAsync(cancellationToken)).Buffer.End);
            await source.ReadAsync(cancellationToken);
            throw new InvalidOperationException("it is not whole");
        }
        ,
    };

    private sealed class Broken(bool inChunk) : ChunkTransformer
    {
        public override void Transform(ReadOnlySpan<byte> chunk, IBufferWriter<byte> output)
        {
            output.Write(chunk);
            if (inChunk)
            {
                throw new InvalidOperationException("in a chunk");
            }
        }

        public override void Complete(IBufferWriter<byte> output) => throw new InvalidOperationException("in the tail");
    }
}
