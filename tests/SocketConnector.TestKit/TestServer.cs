using System.Net;
using System.Net.Sockets;

namespace SocketConnector.TestKit;

/// <summary>Something to connect out to: listens on the loopback and hands over each peer it accepts.</summary>
public sealed class TestServer : IDisposable
{
    private readonly Socket _listener;
    private readonly List<TestPeer> _fillers = [];

    public TestServer(int backlog = 512, Action<Socket>? configure = null, int port = 0, IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        _listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        configure?.Invoke(_listener);
        _listener.Bind(new IPEndPoint(address, port));
        _listener.Listen(backlog);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public int Port => EndPoint.Port;

    public async Task<TestPeer> AcceptAsync() => new(await _listener.AcceptAsync().InTimeAsync(what: "a connection to the test server"));

    /// <summary>Whether somebody has connected and was not accepted yet.</summary>
    public bool HasWaiting => _listener.Poll(0, SelectMode.SelectRead);

    /// <summary>Fills the backlog, so that whoever connects next hangs: neither refused nor answered.</summary>
    public async Task FillAsync()
    {
        int room = ListenBacklog.Of(_listener).Size + 1;
        while (_fillers.Count < room)
        {
            _fillers.Add(await TestPeer.ConnectAsync(EndPoint));
        }

        await Eventually.TrueAsync(() => ListenBacklog.Of(_listener).Waiting == room, explain: () => ListenBacklog.Of(_listener).ToString());
    }

    /// <summary>Takes what <see cref="FillAsync"/> put into the backlog out of it: the next one who connects is answered at once.</summary>
    public async Task EmptyAsync()
    {
        foreach (TestPeer filler in _fillers)
        {
            (await AcceptAsync()).Dispose();
            filler.Dispose();
        }

        _fillers.Clear();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _fillers.ForEach(filler => filler.Dispose());
    }

    /// <summary>A loopback port on which nothing listens.</summary>
    public static int RefusingPort()
    {
        using var server = new TestServer();
        return server.Port;
    }
}
