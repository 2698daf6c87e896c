using System.Net;
using System.Net.Sockets;

namespace SocketConnector.TestKit;

/// <summary>The four ways in which a connector can get its two sockets.</summary>
public enum Mode
{
    ServerToServer,
    ServerToSocket,
    SocketToServer,
    SocketToSocket,
}

/// <summary>A connector in one of the four modes, with a test peer joined on each side.</summary>
public sealed class RelayedPair : IAsyncDisposable
{
    private readonly IDisposable[] _servers;
    private readonly Connection? _connection;

    private RelayedPair(Connector connector, TestPeer a, TestPeer b, Connection? connection, IDisposable[] servers) =>
        (Connector, A, B, _connection, _servers) = (connector, a, b, connection, servers);

    public Connector Connector { get; }

    /// <summary>What stands on side A, as the test plays it.</summary>
    public TestPeer A { get; }

    /// <summary>What stands on side B, as the test plays it.</summary>
    public TestPeer B { get; }

    /// <summary>The connection of the two, where the test waited for it.</summary>
    public Connection Connection => _connection ?? throw new InvalidOperationException("this pair was not waited for");

    /// <param name="mode">How the connector gets its sockets.</param>
    /// <param name="options">For the connector; the grace period is infinite unless it says otherwise.</param>
    /// <param name="a">The verifier and transformer of side A.</param>
    /// <param name="b">The verifier and transformer of side B.</param>
    /// <param name="configure">Runs on each test peer's socket (on the listening one where the peer is accepted) before it is connected.</param>
    /// <param name="greet">What each peer does once connected, before the two are joined: answer a verifier, say.</param>
    /// <param name="waitUntilJoined">Not where the two will never be, or not for long.</param>
    public static async Task<RelayedPair> StartAsync(
        Mode mode, ConnectorOptions? options = null, SideOptions? a = null, SideOptions? b = null, Action<Socket>? configure = null, Func<Side, TestPeer, Task>? greet = null, bool waitUntilJoined = true)
    {
        options ??= new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan };
        a ??= new SideOptions();
        b ??= new SideOptions();
        greet ??= (_, _) => Task.CompletedTask;
        TestServer? serverA = mode is Mode.SocketToServer or Mode.SocketToSocket ? new TestServer(configure: configure) : null;
        TestServer? serverB = mode is Mode.ServerToSocket or Mode.SocketToSocket ? new TestServer(configure: configure) : null;
        Connector connector = await (mode switch
        {
            Mode.ServerToServer => Connector.ServerToServerAsync(Listen(a), Listen(b), options),
            Mode.ServerToSocket => Connector.ServerToSocketAsync(Listen(a), Connect(b, serverB!), options),
            Mode.SocketToServer => Connector.SocketToServerAsync(Connect(a, serverA!), Listen(b), options),
            _ => Connector.SocketToSocketAsync(Connect(a, serverA!), Connect(b, serverB!), options),
        }).InTimeAsync();
        IAsyncEnumerator<Connection> joined = connector.WatchConnectionsAsync().GetAsyncEnumerator();
        Task<bool> joining = joined.MoveNextAsync().AsTask();

        // In the mixed modes the side that connects out may be dialled only once the listening side has been admitted.
        TestPeer peerA, peerB;
        if (serverA is null)
        {
            peerA = await TestPeer.ConnectAsync(connector.EndPointA!, configure);
            await greet(Side.A, peerA);
            peerB = serverB is null ? await TestPeer.ConnectAsync(connector.EndPointB!, configure) : await serverB.AcceptAsync();
            await greet(Side.B, peerB);
        }
        else
        {
            peerA = await serverA.AcceptAsync();
            await greet(Side.A, peerA);
            peerB = serverB is null ? await TestPeer.ConnectAsync(connector.EndPointB!, configure) : await serverB.AcceptAsync();
            await greet(Side.B, peerB);
        }

        Connection? connection = null;
        if (waitUntilJoined)
        {
            // Socket-to-socket may have joined the two before they were watched for; any other connection may be over by now.
            await Eventually.TrueAsync(() => connector.GetConnections().Count == 1 || joining.IsCompleted, explain: () => Tell(connector));
            connection = connector.GetConnections().SingleOrDefault() ?? joined.Current;
        }

        IDisposable[] servers = [.. new IDisposable?[] { serverA, serverB }.OfType<IDisposable>()];
        return new RelayedPair(connector, peerA, peerB, connection, servers);
    }

    /// <summary>The peer on a side.</summary>
    public TestPeer this[Side side] => side == Side.A ? A : B;

    public async ValueTask DisposeAsync()
    {
        A.Dispose();
        B.Dispose();
        foreach (IDisposable server in _servers)
        {
            server.Dispose();
        }

        await Connector.DisposeAsync().AsTask().InTimeAsync(what: "the connector's disposal");
    }

    private static string Tell(Connector connector) =>
        $"pending A: [{string.Join(", ", connector.GetPending(Side.A))}], pending B: [{string.Join(", ", connector.GetPending(Side.B))}], {connector.GetStats().ToJson()}";

    public static ListenOptions Listen(SideOptions side) =>
        new(IPAddress.Loopback, 0) { AuthVerifier = side.AuthVerifier, Transformer = side.Transformer, UserTimeout = side.UserTimeout, Bandwidth = side.Bandwidth };

    public static ConnectOptions Connect(SideOptions side, TestServer server) =>
        new(server.EndPoint) { AuthVerifier = side.AuthVerifier, Transformer = side.Transformer, UserTimeout = side.UserTimeout, Bandwidth = side.Bandwidth };
}
