using System.IO.Pipelines;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transforms;

/// <summary>What a transformer may do with its two ends, and what it may not.</summary>
public sealed class TransformerContractTests
{
    public static TheoryData<Misuse> Misuses => [.. Enum.GetValues<Misuse>()];

    public static TheoryData<Use> Uses => [.. Enum.GetValues<Use>()];

    [Theory]
    [MemberData(nameof(Misuses))]
    public async Task B79_A_transformer_that_does_not_take_its_whole_input_is_transformFailed_and_a_reset_to_both(Misuse misuse)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer, Patient.Options, a: new SideOptions { Transformer = (source, destination, token) => ContractTransformer.RunAsync(misuse, source, destination, token) });
        Task<(byte[] Bytes, SocketError? Error)> atA = pair.A.ReadToWhateverEndAsync(), atB = pair.B.ReadToWhateverEndAsync();

        try
        {
            await pair.A.WriteAsync("first");

            // Until it has read: one that gets to it late would find all of its input at once, and may complete its source then.
            await Eventually.TrueAsync(() => pair.Connection.BytesAToB >= 5 || pair.Connection.Completion.IsCompleted || misuse == Misuse.LeavesATail);
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
            Mode.ServerToServer, Patient.Options, a: new SideOptions { Transformer = (source, destination, token) => ContractTransformer.RunAsync(use, source, destination, token) });
        byte[] text = RandomBytes.Of(79, 300_000);
        byte[] sent = use == Use.DisposesItsStreams ? ContractTransformer.Deflated(text) : text;

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
}
