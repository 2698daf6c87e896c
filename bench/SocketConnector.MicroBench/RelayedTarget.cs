using System.Net;
using System.Net.Sockets;

namespace SocketConnector.MicroBench;

/// <summary>A relay in front of a target, both in this process, so that what the relay allocates is counted.</summary>
internal sealed class RelayedTarget : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly Connector _connector;

    private RelayedTarget(Socket listener, Connector connector)
    {
        (_listener, _connector) = (listener, connector);
        RelayedEndPoint = new IPEndPoint(IPAddress.Loopback, connector.PortA!.Value);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public IPEndPoint RelayedEndPoint { get; }

    public static async Task<RelayedTarget> StartAsync(EngineChoice engine)
    {
        Socket listener = Listen();
        Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0),
            new ConnectOptions(listener.LocalEndPoint!),
            new ConnectorOptions { Engine = engine, GracePeriod = Timeout.InfiniteTimeSpan });
        return new RelayedTarget(listener, connector);
    }

    public static Socket Connect(IPEndPoint endPoint)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(endPoint);
        return client;
    }

    public Socket Accept()
    {
        Socket accepted = _listener.Accept();
        accepted.NoDelay = true;
        return accepted;
    }

    /// <summary>A client and what the target accepted for it, joined by the relay.</summary>
    public (Socket Client, Socket Server) Join()
    {
        Socket client = Connect(RelayedEndPoint);
        return (client, Accept());
    }

    public async ValueTask DisposeAsync()
    {
        await _connector.DisposeAsync();
        _listener.Dispose();
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }
}
