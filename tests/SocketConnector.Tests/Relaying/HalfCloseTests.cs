using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class HalfCloseTests
{
    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B42_A_request_its_end_and_a_reply_after_it(Mode mode, Side asking)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode);
        TestPeer client = pair[asking], server = pair[asking == Side.A ? Side.B : Side.A];

        await client.WriteAsync("request");
        client.EndHalf();
        Assert.Equal("request", await server.ReadTextToEndAsync());
        await server.WriteAsync("the whole reply");
        server.Dispose();

        Assert.Equal("the whole reply", await client.ReadTextToEndAsync());
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.Completed, asking), (end.Reason, end.Side));
    }
}
