using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transforms;

/// <summary>What a transformer may do with its two ends, and what it may not.</summary>
public sealed class TransformerContractTests
{
    /// <summary>What makes a stream look whole that is not, or keeps hold of it.</summary>
    public enum Misuse
    {
        ReturnsWithAReadPending,
        ReturnsWithAReadOpen,
        CompletesItsSourceEarly,
        CompletesItsSourceWithAnError,
        CompletesItsDestinationEarly,
        CompletesItsDestinationEarlyAndReadsOn,
        CompletesItsDestinationWithAnError,
        LeavesATail,
    }

    /// <summary>What is as good as returning and leaving both ends to the connector.</summary>
    public enum Use
    {
        CompletesBoth,
        CompletesBothOverItsLastRead,
        CompletesItsDestinationFirst,
        DisposesItsStreams,
    }

    public static TheoryData<Misuse> Misuses => [.. Enum.GetValues<Misuse>()];

    public static TheoryData<Use> Uses => [.. Enum.GetValues<Use>()];

    [Theory]
    [MemberData(nameof(Misuses))]
    public async Task B79_A_transformer_that_does_not_take_its_whole_input_is_transformFailed_and_a_reset_to_both(Misuse misuse)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, Patient.Options, a: new SideOptions { Transformer = (source, destination, token) => MisuseAsync(misuse, source, destination, token) });
        Task<(byte[] Bytes, SocketError? Error)> atA = pair.A.ReadToWhateverEndAsync(), atB = pair.B.ReadToWhateverEndAsync();

        try
        {
            await pair.A.WriteAsync("first");
            await Eventually.TrueAsync(() => pair.Connection.PeerA.BytesReceived >= 5 || pair.Connection.Completion.IsCompleted);
            await pair.A.WriteAsync("second");
            pair.A.EndHalf();
        }
        catch (SocketException)
        {
            // Reset already.
        }

        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.TransformFailed, Side.A), (end.Reason, end.Side));
        Assert.NotNull(end.Error);
        Assert.NotNull((await atB).Error);
        (_, SocketError? error) = await atA;
        Assert.True(error is not null || misuse != Misuse.CompletesItsSourceEarly, "A saw a clean end");
    }

    [Fact]
    public async Task B79_One_that_stops_reading_over_unread_bytes_fails_at_once()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Patient.Options,
            a: new SideOptions
            {
                Transformer = async (source, _, token) =>
                {
                    ReadResult read = await source.ReadAsync(token);
                    source.AdvanceTo(read.Buffer.GetPosition(1));
                    await source.CompleteAsync();
                    await Task.Delay(Timeout.Infinite, token);
                },
            });

        await pair.A.WriteAsync("two bytes and more");

        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.TransformFailed, Side.A), (end.Reason, end.Side));
        Assert.NotNull((await pair.A.ReadToWhateverEndAsync()).Error);
        Assert.NotNull((await pair.B.ReadToWhateverEndAsync()).Error);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(300_000)]
    public async Task B79_What_came_behind_the_authentication_counts_as_input_too(int length)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Patient.Options,
            a: new SideOptions
            {
                AuthVerifier = Verifiers.Word("go"),
                Transformer = async (source, destination, _) =>
                {
                    await source.CompleteAsync();
                    await destination.CompleteAsync();
                },
            },
            greet: async (side, peer) =>
            {
                if (side == Side.A)
                {
                    await peer.WriteAsync("go" + new string('x', length));
                    peer.EndHalf();
                }
            });

        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.TransformFailed, Side.A), (end.Reason, end.Side));
        Assert.NotNull((await pair.B.ReadToWhateverEndAsync()).Error);
    }

    [Theory]
    [MemberData(nameof(Uses))]
    public async Task B79_One_that_has_taken_all_its_input_may_complete_its_ends(Use use)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, Patient.Options, a: new SideOptions { Transformer = (source, destination, token) => UseAsync(use, source, destination, token) });
        byte[] text = RandomBytes.Of(79, 300_000);
        byte[] sent = use == Use.DisposesItsStreams ? Deflated(text) : text;

        Task sending = pair.A.WriteAsync(sent);
        byte[] first = await pair.B.ReadAsync(text.Length);
        await sending.InTimeAsync();
        pair.A.EndHalf();

        Assert.Empty(await pair.B.ReadToEndAsync());
        Assert.Equal(RandomBytes.Sha256(text), RandomBytes.Sha256(first));
        pair.B.EndHalf();
        Assert.Empty(await pair.A.ReadToEndAsync());
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.Completed, Side.A), (end.Reason, end.Side));
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

    private static async Task MisuseAsync(Misuse misuse, PipeReader source, PipeWriter destination, CancellationToken token)
    {
        if (misuse == Misuse.ReturnsWithAReadPending)
        {
            _ = source.ReadAsync(CancellationToken.None).AsTask();
            return;
        }

        if (misuse == Misuse.LeavesATail)
        {
            ReadResult all;
            while (!(all = await source.ReadAsync(token)).IsCompleted)
            {
                source.AdvanceTo(all.Buffer.Start, all.Buffer.End);
            }

            await destination.WriteAsync(all.Buffer.Slice(0, 5).ToArray(), token);
            source.AdvanceTo(all.Buffer.GetPosition(5));
            await source.CompleteAsync();
            await destination.CompleteAsync();
            return;
        }

        ReadResult read = await source.ReadAsync(token);
        await destination.WriteAsync(read.Buffer.ToArray(), token);
        if (misuse == Misuse.ReturnsWithAReadOpen)
        {
            return;
        }

        source.AdvanceTo(read.Buffer.End);
        switch (misuse)
        {
            case Misuse.CompletesItsSourceEarly:
                await source.CompleteAsync();
                break;
            case Misuse.CompletesItsSourceWithAnError:
                await source.CompleteAsync(new SocketException((int)SocketError.ConnectionReset));
                break;
            case Misuse.CompletesItsDestinationEarly:
                await destination.CompleteAsync();
                break;
            case Misuse.CompletesItsDestinationWithAnError:
                await destination.CompleteAsync(new SocketException((int)SocketError.ConnectionReset));
                break;
            default:
                await destination.CompleteAsync();
                do
                {
                    read = await source.ReadAsync(token);
                    source.AdvanceTo(read.Buffer.End);
                }
                while (!read.IsCompleted);
                break;
        }
    }

    private static async Task UseAsync(Use use, PipeReader source, PipeWriter destination, CancellationToken token)
    {
        if (use == Use.DisposesItsStreams)
        {
            await using Stream output = destination.AsStream();
            await using var inflate = new ZLibStream(source.AsStream(), CompressionMode.Decompress);
            await inflate.CopyToAsync(output, token);
            return;
        }

        while (true)
        {
            ReadResult read = await source.ReadAsync(token);
            await destination.WriteAsync(read.Buffer.ToArray(), token);
            if (!read.IsCompleted || use == Use.CompletesBoth)
            {
                source.AdvanceTo(read.Buffer.End);
            }

            if (read.IsCompleted)
            {
                break;
            }
        }

        if (use == Use.CompletesItsDestinationFirst)
        {
            await destination.CompleteAsync();
            await source.CompleteAsync();
        }
        else
        {
            await source.CompleteAsync();
            await destination.CompleteAsync();
        }
    }

    private static byte[] Deflated(byte[] text)
    {
        using var all = new MemoryStream();
        using (var deflate = new ZLibStream(all, CompressionLevel.Fastest))
        {
            deflate.Write(text);
        }

        return all.ToArray();
    }
}
