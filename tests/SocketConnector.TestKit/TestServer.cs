using System.Net;
using System.Net.Sockets;

namespace SocketConnector.TestKit;

/// <summary>Something to connect out to: listens on the loopback and hands over each peer it accepts.</summary>
public sealed class TestServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public TestServer(int backlog = 512, Action<Socket>? configure = null)
    {
        configure?.Invoke(_listener);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(backlog);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public int Port => EndPoint.Port;

    public async Task<TestPeer> AcceptAsync() => new(await _listener.AcceptAsync().InTimeAsync(what: "a connection to the test server"));

    /// <summary>Whether somebody has connected and was not accepted yet.</summary>
    public bool HasWaiting => _listener.Poll(0, SelectMode.SelectRead);

    public void Dispose() => _listener.Dispose();

    /// <summary>A loopback port on which nothing listens.</summary>
    public static int RefusingPort()
    {
        using var server = new TestServer();
        return server.Port;
    }
}
