using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class ResetTests
{
    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B44_A_reset_after_a_part_is_a_reset_after_that_part_never_an_end(Mode mode, Side resetting)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        TestPeer upstream = pair[resetting], client = pair[resetting == Side.A ? Side.B : Side.A];
        byte[] part = RandomBytes.Of(44, 10_000);
        await upstream.WriteAsync(part);
        byte[] delivered = await client.ReadAsync(part.Length);

        upstream.Reset();

        (byte[] more, SocketError? error) = await client.ReadToWhateverEndAsync();
        Assert.Equal(part, delivered);
        Assert.Empty(more);
        Assert.True(error == SocketError.ConnectionReset, $"the client saw {error?.ToString() ?? "a clean end"} instead of a reset");
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.PeerReset, resetting), (end.Reason, end.Side));
    }

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B44_A_reset_after_the_other_side_has_ended_its_half_is_a_reset_too(Mode mode, Side resetting)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        TestPeer upstream = pair[resetting], client = pair[resetting == Side.A ? Side.B : Side.A];
        await client.WriteAsync("request");
        client.EndHalf();
        await upstream.ReadToEndAsync();
        await upstream.WriteAsync("half a re");
        Assert.Equal("half a re", await client.ReadTextAsync(9));

        upstream.Reset();

        Assert.Equal(SocketError.ConnectionReset, (await client.ReadToWhateverEndAsync()).Error);
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.PeerReset, resetting), (end.Reason, end.Side));
    }
}
