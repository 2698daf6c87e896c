using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>A listener whose queue is full: the system neither accepts a further connect nor refuses it.</summary>
internal sealed class SilentTarget : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _queued = [];

    private SilentTarget()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(1);
    }

    public EndPoint EndPoint => _listener.LocalEndPoint!;

    public static async Task<SilentTarget> CreateAsync()
    {
        var target = new SilentTarget();
        while (await target.QueueAsync())
        {
        }

        return target;
    }

    public void Dispose()
    {
        _queued.ForEach(socket => socket.Dispose());
        _listener.Dispose();
    }

    private async Task<bool> QueueAsync()
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _queued.Add(client);

        // On the loopback a connect that the queue takes is done at once.
        using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        try
        {
            await client.ConnectAsync(EndPoint, enough.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
