using SocketConnector.TestKit;

namespace SocketConnector.Tests.Taps;

/// <summary>Taps for connections that nobody has seen yet.</summary>
public sealed class NewTapTests
{
    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B130_A_new_tap_is_asked_for_once_for_each_connection_and_sees_its_first_byte(Mode mode)
    {
        var tap = new SeeingTap();
        var asked = new List<ConnectionFacts>();
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Asking(connection =>
        {
            asked.Add(connection);
            return tap;
        }));
        await pair.A.WriteAsync("first");
        Assert.Equal("first", await pair.B.ReadTextAsync(5));
        await Eventually.TrueAsync(() => tap.Text(Side.A) == "first", explain: () => tap.Text(Side.A));
        ConnectionFacts facts = Assert.Single(asked);
        Assert.Equal((pair.Connection.Id, pair.Connection.JoinedAt), (facts.Id, facts.JoinedAt));
        Assert.Same(pair.Connection.PeerA, facts.PeerA);
        Assert.Same(pair.Connection.PeerB, facts.PeerB);
        Assert.Equal((mode is Mode.SocketToServer or Mode.SocketToSocket, mode is Mode.ServerToSocket or Mode.SocketToSocket), (facts.PeerA.WasDialled, facts.PeerB.WasDialled));
    }

    [Fact]
    public async Task A_connection_for_which_there_is_no_tap_keeps_its_engine_and_one_for_which_asking_throws_is_relayed()
    {
        foreach (Func<ConnectionFacts, Tap?> newTap in (Func<ConnectionFacts, Tap?>[])[static _ => null, static _ => throw new InvalidOperationException("mine")])
        {
            var log = new LogCollector();
            await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket, Asking(newTap) with { LoggerFactory = log });
            await pair.A.WriteAsync("x");
            Assert.Equal("x", await pair.B.ReadTextAsync(1));
            Assert.Equal(TestEngine.Plain, pair.Connection.Engine);
        }
    }

    [Fact]
    public async Task B130_Taps_are_attached_to_new_connections_while_the_connector_runs_until_that_is_disposed()
    {
        using var server = new TestServer();
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(System.Net.IPAddress.Loopback, 0), new ConnectOptions(server.EndPoint), new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan }, TestContext.Current.CancellationToken);
        var asked = new List<long>();
        await PassAsync();
        using (connector.AttachToNew(connection =>
        {
            asked.Add(connection.Id);
            return new SeeingTap();
        }))
        {
            await PassAsync();
        }

        await PassAsync();
        Assert.Single(asked);

        async Task PassAsync()
        {
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
            using TestPeer upstream = await server.AcceptAsync();
            await client.WriteAsync("x");
            Assert.Equal("x", await upstream.ReadTextAsync(1));
        }
    }

    private static ConnectorOptions Asking(Func<ConnectionFacts, Tap?> newTap) => new() { GracePeriod = Timeout.InfiniteTimeSpan, NewTap = newTap };
}
