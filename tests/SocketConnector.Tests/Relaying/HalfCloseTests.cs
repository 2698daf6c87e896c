using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class HalfCloseTests
{
    private const int Payload = 4 * 1024 * 1024;

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B42_A_request_its_end_and_a_reply_after_it(Mode mode, Side asking)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
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

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B42_With_payload_still_queued_when_the_end_comes_and_the_reply_two_seconds_later(Mode mode, Side asking)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        TestPeer client = pair[asking], server = pair[asking == Side.A ? Side.B : Side.A];

        // The server reads nothing at first, so most of the request waits on the way, and its end behind it.
        var request = Pouring.Start(client, Payload, seed: 1);
        await Eventually.TrueAsync(() => pair.Connection.BytesAToB + pair.Connection.BytesBToA > 100_000);
        (long Count, string Sha256) atServer = await server.HashToEndAsync();
        Assert.Equal((Payload, await request.Sha256.InTimeAsync()), atServer);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Assert.False(pair.Connection.Completion.IsCompleted, "the connection ended with its first half");
        var reply = Pouring.Start(server, Payload, seed: 2);

        (long Count, string Sha256) atClient = await client.HashToEndAsync();
        Assert.Equal((Payload, await reply.Sha256.InTimeAsync()), atClient);
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.Completed, asking), (end.Reason, end.Side));
    }
}
