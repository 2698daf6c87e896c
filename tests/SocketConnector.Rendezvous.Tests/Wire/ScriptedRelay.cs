using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Wire;

/// <summary>The relay's part as a test says it, frame by frame.</summary>
internal sealed class ScriptedRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedRelay() => _listener.Start();

    public string Address => $"{_listener.LocalEndpoint}";

    public async Task<RelayedEnd> AcceptAsync() => new(await _listener.AcceptSocketAsync().InTimeAsync(what: "an end"));

    public void Dispose() => _listener.Dispose();
}
