using SocketConnector.TestKit;

namespace SocketConnector.Tests.Admission;

public sealed class MatrixTests
{
    public static TheoryData<Mode, string> Rows
    {
        get
        {
            var rows = new TheoryData<Mode, string>();
            foreach (Mode mode in Enum.GetValues<Mode>())
            {
                foreach (string verified in (string[])["", "A", "B", "AB"])
                {
                    rows.Add(mode, verified);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task B23_Verifiers_on_neither_one_or_both_sides(Mode mode, string verified)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(
            mode,
            Patient.Options,
            SideWith(verified, Side.A, Verifiers.Word("I am A")),
            SideWith(verified, Side.B, Verifiers.Word("I am B")),
            greet: (side, peer) => Has(verified, side) ? peer.WriteAsync($"I am {side}") : Task.CompletedTask);
        await AssertOnlyThePayloadCrossesAsync(pair);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task B23_Verifiers_that_speak_first_and_prove_who_is_here(Mode mode, string verified)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(
            mode,
            Patient.Options,
            SideWith(verified, Side.A, Verifiers.Challenge("who?", "A!")),
            SideWith(verified, Side.B, Verifiers.Challenge("who?", "B!")),
            greet: async (side, peer) =>
            {
                if (Has(verified, side))
                {
                    Assert.Equal("who?", await peer.ReadTextAsync(4));
                    await peer.WriteAsync($"{side}!");
                }
            });
        await AssertOnlyThePayloadCrossesAsync(pair);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task B23_Verifiers_that_only_say_a_word_and_read_nothing(Mode mode, string verified)
    {
        // Unflushed on purpose: what a verifier wrote is sent when it has accepted.
        SocketAuthVerifier say = (context, _) =>
        {
            "secret"u8.CopyTo(context.Transport.Output.GetSpan(6));
            context.Transport.Output.Advance(6);
            return ValueTask.FromResult(AuthResult.Accept());
        };
        await using RelayedPair pair = await RelayedPair.StartAsync(
            mode,
            Patient.Options,
            SideWith(verified, Side.A, say),
            SideWith(verified, Side.B, say),
            greet: async (side, peer) =>
            {
                if (Has(verified, side))
                {
                    Assert.Equal("secret", await peer.ReadTextAsync(6));
                }
            });
        await AssertOnlyThePayloadCrossesAsync(pair);
    }

    private static bool Has(string verified, Side side) => verified.Contains(side.ToString(), StringComparison.Ordinal);

    private static SideOptions SideWith(string verified, Side side, SocketAuthVerifier verifier) => new() { AuthVerifier = Has(verified, side) ? verifier : null };

    private static async Task AssertOnlyThePayloadCrossesAsync(RelayedPair pair)
    {
        await pair.A.WriteAsync("payload of A");
        await pair.B.WriteAsync("payload of B");
        pair.A.EndHalf();
        pair.B.EndHalf();
        Assert.Equal("payload of A", await pair.B.ReadTextToEndAsync());
        Assert.Equal("payload of B", await pair.A.ReadTextToEndAsync());
        await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((12, 12), (pair.Connection.BytesAToB, pair.Connection.BytesBToA));
    }
}
