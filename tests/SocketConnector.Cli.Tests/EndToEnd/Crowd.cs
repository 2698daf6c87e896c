using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Clients that come all at once and stay. Each sends a byte, and is served when it has come back.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    // What has not become more for so long is all there is to come.
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(300);

    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _clients = [];
    private int _served;
    private int _lost;
    private volatile bool _isLeaving;

    public Crowd(int port, int count)
    {
        for (int i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _sockets.Add(socket);
            _clients.Add(ComeAsync(socket, port));
        }
    }

    public int Served => Volatile.Read(ref _served);

    /// <summary>How many were turned away, or cut off, instead of being served or left to wait.</summary>
    public int Lost => Volatile.Read(ref _lost);

    /// <summary>Waits until no more are served.</summary>
    public async Task SettledAsync(Func<string> explain)
    {
        await Eventually.TrueAsync(() => Served > 0, explain: () => $"{Lost} were turned away: {explain()}");
        (int served, long since) = (Served, Stopwatch.GetTimestamp());
        await Eventually.TrueAsync(() =>
        {
            if (Served != served)
            {
                (served, since) = (Served, Stopwatch.GetTimestamp());
            }

            return Stopwatch.GetElapsedTime(since) > _quiet;
        });
    }

    /// <summary>All leave at once.</summary>
    public async ValueTask DisposeAsync()
    {
        _isLeaving = true;
        _sockets.ForEach(socket => socket.Dispose());
        await Task.WhenAll(_clients).InTimeAsync();
    }

    private async Task ComeAsync(Socket socket, int port)
    {
        byte[] bytes = [1];
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.SendAsync(bytes);
            if (await socket.ReceiveAsync(bytes) == 0)
            {
                throw new SocketException((int)SocketError.Disconnecting);
            }

            Interlocked.Increment(ref _served);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            if (!_isLeaving)
            {
                Interlocked.Increment(ref _lost);
            }
        }
    }
}
