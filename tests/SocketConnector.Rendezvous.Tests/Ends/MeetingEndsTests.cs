using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Ends;

/// <summary>Two connectors that meet at a relay, and what they carry for a client and a server.</summary>
public sealed class MeetingEndsTests
{
    private const int Large = 64 * 1024 * 1024;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<EndToEndMode> EndToEndModes => [.. Enum.GetValues<EndToEndMode>()];

    [Theory]
    [MemberData(nameof(EndToEndModes))]
    public async Task B110_Two_ends_of_one_secret_meet_and_carry_bytes_both_ways_with_their_ends(EndToEndMode mode)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using var server = new TestServer();
        await using Connector beside = await Connector.ServerToSocketAsync(new ListenOptions(rendezvous.Via(mode: mode)), new ConnectOptions(server.EndPoint), Rendezvous.Patient(), Cancelled);
        await using Connector user = await Connector.ServerToSocketAsync(Rendezvous.Loopback, new ConnectOptions(rendezvous.Via(mode: mode)), Rendezvous.Patient(), Cancelled);
        using TestPeer client = await TestPeer.ConnectAsync(user.EndPointA!);
        await client.WriteAsync("question");
        using TestPeer accepted = await server.AcceptAsync();
        Assert.Equal("question", await accepted.ReadTextAsync(8));
        client.EndHalf();
        Assert.Empty(await accepted.ReadToEndAsync());
        await accepted.WriteAsync("answer");
        accepted.EndHalf();
        Assert.Equal("answer", await client.ReadTextToEndAsync());
    }

    [Theory]
    [MemberData(nameof(EndToEndModes))]
    public async Task B110_Much_arrives_whole_both_ways_at_once(EndToEndMode mode)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using var server = new TestServer();
        await using Connector beside = await Connector.ServerToSocketAsync(new ListenOptions(rendezvous.Via(mode: mode)), new ConnectOptions(server.EndPoint), Rendezvous.Patient(), Cancelled);
        await using Connector user = await Connector.ServerToSocketAsync(Rendezvous.Loopback, new ConnectOptions(rendezvous.Via(mode: mode)), Rendezvous.Patient(), Cancelled);
        using TestPeer client = await TestPeer.ConnectAsync(user.EndPointA!);
        using TestPeer accepted = await server.AcceptAsync();
        byte[] there = RandomBytes.Of(1, Large);
        byte[] back = RandomBytes.Of(2, Large);
        Task<(long, string)> there2 = accepted.HashToEndAsync(within: TimeSpan.FromMinutes(2));
        Task<(long, string)> back2 = client.HashToEndAsync(within: TimeSpan.FromMinutes(2));
        await Task.WhenAll(SendAsync(client, there), SendAsync(accepted, back)).InTimeAsync(TimeSpan.FromMinutes(2));
        Assert.Equal((Large, RandomBytes.Sha256(there)), await there2);
        Assert.Equal((Large, RandomBytes.Sha256(back)), await back2);
    }

    [Fact]
    public async Task B110_A_reset_arrives_as_a_reset_both_ways()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using var server = new TestServer();
        await using Connector beside = await Connector.ServerToSocketAsync(new ListenOptions(rendezvous.Via()), new ConnectOptions(server.EndPoint), Rendezvous.Patient(), Cancelled);
        await using Connector user = await Connector.ServerToSocketAsync(Rendezvous.Loopback, new ConnectOptions(rendezvous.Via()), Rendezvous.Patient(), Cancelled);
        for (int turn = 0; turn < 2; turn++)
        {
            using TestPeer client = await TestPeer.ConnectAsync(user.EndPointA!);
            using TestPeer accepted = await server.AcceptAsync();
            await client.WriteAsync("x");
            await accepted.ReadTextAsync(1);
            (turn == 0 ? client : accepted).Reset();
            Assert.NotNull((await (turn == 0 ? accepted : client).ReadToWhateverEndAsync()).Error);
        }
    }

    [Fact]
    public async Task B110_The_one_who_comes_first_may_be_the_one_that_connects()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using var server = new TestServer();
        await using Connector user = await Connector.ServerToSocketAsync(Rendezvous.Loopback, new ConnectOptions(rendezvous.Via()), Rendezvous.Patient(), Cancelled);
        using TestPeer client = await TestPeer.ConnectAsync(user.EndPointA!);
        await client.WriteAsync("early");
        await rendezvous.WaitingAsync(1);
        await using Connector beside = await Connector.ServerToSocketAsync(new ListenOptions(rendezvous.Via()), new ConnectOptions(server.EndPoint), Rendezvous.Patient(), Cancelled);
        using TestPeer accepted = await server.AcceptAsync();
        Assert.Equal("early", await accepted.ReadTextAsync(5));
        await accepted.WriteAsync("late");
        Assert.Equal("late", await client.ReadTextAsync(4));
    }

    [Fact]
    public async Task B110_All_four_modes_stand_on_it()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using var server = new TestServer();
        await using (Connector both = await Connector.ServerToServerAsync(new ListenOptions(rendezvous.Via()), Rendezvous.Loopback, Rendezvous.Patient(), Cancelled))
        await using (Connector user = await Connector.SocketToServerAsync(new ConnectOptions(rendezvous.Via()), Rendezvous.Loopback, Rendezvous.Patient(), Cancelled))
        {
            using TestPeer inner = await TestPeer.ConnectAsync(both.EndPointB!);
            using TestPeer outer = await TestPeer.ConnectAsync(user.EndPointB!);
            await CrossAsync(inner, outer);
        }

        await using (Connector beside = await Connector.ServerToSocketAsync(new ListenOptions(rendezvous.Via()), new ConnectOptions(server.EndPoint), Rendezvous.Patient(), Cancelled))
        await using (Connector user = await Connector.SocketToSocketAsync(new ConnectOptions(rendezvous.Via()), new ConnectOptions(server.EndPoint), Rendezvous.Patient(), Cancelled))
        {
            using TestPeer one = await server.AcceptAsync(), other = await server.AcceptAsync();
            await CrossAsync(one, other);
        }
    }

    [Fact]
    public async Task B110_Ends_of_other_secrets_modes_or_of_one_role_never_meet()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(new RelayOptions { ConnectWait = TimeSpan.FromSeconds(1) });
        await using TransportListener listening = await rendezvous.Via(standby: 1).ListenAsync(Cancelled);
        await using TransportListener also = await rendezvous.Via(standby: 1).ListenAsync(Cancelled);
        Task<DuplexStream>[] connecting =
        [
            rendezvous.Via(SessionSecret.Generate()).ConnectAsync(Cancelled).AsTask(),
            rendezvous.Via(mode: EndToEndMode.None).ConnectAsync(Cancelled).AsTask(),
            rendezvous.Via(mode: EndToEndMode.None).ConnectAsync(Cancelled).AsTask(),
        ];
        foreach (Task<DuplexStream> one in connecting)
        {
            IOException refused = await Assert.ThrowsAsync<IOException>(() => one.InTimeAsync());
            Assert.Contains($"no end listens in this session at {rendezvous.EndPoint} (waited ", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal((0, 2), (rendezvous.Relay.GetStats().Pairs, rendezvous.Relay.GetStats().Waiting));
    }

    [Fact]
    public async Task B111_Five_hundred_users_at_once_each_get_their_own_from_a_small_pool()
    {
        const int Users = 500;
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(new RelayOptions { MaxJoinsPerMinutePerAddress = 100_000, MaxWaitingPerSession = 10_000 });
        await using var echo = new EchoServer();
        await using Connector beside = await Connector.ServerToSocketAsync(new ListenOptions(rendezvous.Via(standby: 4)), new ConnectOptions(echo.EndPoint), Rendezvous.Patient(), Cancelled);
        await using Connector user = await Connector.ServerToSocketAsync(
            Rendezvous.Loopback with { Backlog = Users }, new ConnectOptions(rendezvous.Via()), Rendezvous.Patient() with { ConnectTimeout = TimeSpan.FromMinutes(1) }, Cancelled);
        await Task.WhenAll(Enumerable.Range(0, Users).Select(async i =>
        {
            using TestPeer client = await TestPeer.ConnectAsync(user.EndPointA!);
            string text = $"user {i:0000}";
            await client.WriteAsync(text);
            client.EndHalf();
            Assert.Equal(text, await client.ReadTextToEndAsync(TimeSpan.FromMinutes(1)));
        }));
        Assert.Equal(Users, rendezvous.Relay.GetStats().Pairs);
    }

    private static async Task SendAsync(TestPeer peer, byte[] bytes)
    {
        await peer.WriteAsync(bytes);
        peer.EndHalf();
    }

    private static async Task CrossAsync(TestPeer one, TestPeer other)
    {
        await one.WriteAsync("ping");
        Assert.Equal("ping", await other.ReadTextAsync(4));
        await other.WriteAsync("pong");
        Assert.Equal("pong", await one.ReadTextAsync(4));
    }
}
