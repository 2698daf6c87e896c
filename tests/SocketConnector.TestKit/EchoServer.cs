using System.Net;
using System.Net.Sockets;

namespace SocketConnector.TestKit;

/// <summary>Sends back to each peer what it sends, and ends its half after the peer's. Ends with its disposal.</summary>
public sealed class EchoServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public EchoServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting.InTimeAsync(what: "the end of the echoes");
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> echoes = [];
        try
        {
            while (true)
            {
                echoes.Add(EchoAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(echoes);
        }
    }

    private async Task EchoAsync(Socket peer)
    {
        byte[] buffer = new byte[4096];
        try
        {
            while (await peer.ReceiveAsync(buffer, _stop.Token) is > 0 and int count)
            {
                await peer.SendAsync(buffer.AsMemory(0, count), _stop.Token);
            }

            peer.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // Reset by the relay, or the test is over.
        }
        finally
        {
            peer.Dispose();
        }
    }
}
