using SocketConnector.TestKit;

namespace SocketConnector.Tests.Engine;

public sealed class EarlyBytesTests
{
    private const string Word = "let me in";
    private const int Payload = 2 * 1024 * 1024;

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B22_What_a_verifier_left_unread_goes_first_and_the_rest_behind_it(Side sender)
    {
        Side receiver = sender == Side.A ? Side.B : Side.A;
        SideOptions verified = new() { AuthVerifier = Verifiers.Word(Word) };
        Pouring? pouring = null;

        // The word and what follows are sent at once, so that the verifier's pipe has read more than it gives the verifier.
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Patient.Options,
            sender == Side.A ? verified : null,
            sender == Side.B ? verified : null,
            configure: socket => socket.ReceiveBufferSize = 16 * 1024,
            greet: async (side, peer) =>
            {
                if (side == sender)
                {
                    await peer.WriteAsync(Word + "first ");
                    pouring = Pouring.Start(peer, Payload);
                }
            });
        Assert.Equal(TestEngine.Plain, pair.Connection.Engine);

        // The receiver takes nothing at first, so some of it has to be held in order.
        await pouring!.StuckAsync();
        Assert.Equal("first ", await pair[receiver].ReadTextAsync(6));
        (long Count, string Sha256) rest = await pair[receiver].HashToEndAsync();
        Assert.Equal((Payload, await pouring.Sha256.InTimeAsync()), rest);
        pair[receiver].EndHalf();
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
        Assert.Equal(Payload + 6, sender == Side.A ? pair.Connection.BytesAToB : pair.Connection.BytesBToA);
    }
}
