using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Sends back whatever it receives, to any number of clients at once.</summary>
internal sealed class EchoServer : IAsyncDisposable
{
    private const int Backlog = 4096;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Task _accepting;

    public EchoServer()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(Backlog);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync();
                clients.Add(EchoAsync(client));
                clients.RemoveAll(echoing => echoing.IsCompleted);
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }

        await Task.WhenAll(clients);
    }

    private static async Task EchoAsync(Socket client)
    {
        byte[] bytes = new byte[64];
        try
        {
            while (await client.ReceiveAsync(bytes) is > 0 and int count)
            {
                await client.SendAsync(bytes.AsMemory(0, count));
            }
        }
        catch (SocketException)
        {
            // The client was reset, and so this is.
        }
        finally
        {
            client.Dispose();
        }
    }
}
