using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Page.Tests;

/// <summary>A connector from clients to a server that echoes, with real connections.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly EchoServer _echo;
    private readonly List<TestPeer> _clients = [];

    private Relay(EchoServer echo, Connector connector) => (_echo, Connector) = (echo, connector);

    public Connector Connector { get; }

    /// <summary>Of the connections that are there, from the first on, as the page shows them. They go on from test to test.</summary>
    public string[] Ids => [.. Connector.GetConnections().Select(static connection => connection.Id).Order().Select(static id => $"{id}")];

    /// <param name="verifier">Of side A, whose identities the page shows.</param>
    public static async Task<Relay> StartAsync(SocketAuthVerifier? verifier = null)
    {
        var echo = new EchoServer();
        var listen = new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = verifier };
        Connector connector = await Connector.ServerToSocketAsync(listen, new ConnectOptions(echo.EndPoint), new ConnectorOptions()).InTimeAsync();
        return new Relay(echo, connector);
    }

    /// <summary>A client that is joined with the server; the relay closes it.</summary>
    public async Task<TestPeer> ConnectAsync()
    {
        int before = Connector.GetConnections().Count;
        TestPeer client = await TestPeer.ConnectAsync(Connector.EndPointA!);
        _clients.Add(client);
        await Eventually.TrueAsync(() => Connector.GetConnections().Count == before + 1);
        return client;
    }

    /// <summary>Sends so many bytes there and back.</summary>
    public static async Task EchoAsync(TestPeer client, int count)
    {
        await client.WriteAsync(new byte[count]);
        await client.ReadAsync(count);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(static client => client.Dispose());
        await Connector.DisposeAsync().AsTask().InTimeAsync(what: "the connector's disposal");
        await _echo.DisposeAsync();
    }
}
