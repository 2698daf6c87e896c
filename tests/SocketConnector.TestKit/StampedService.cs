using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace SocketConnector.TestKit;

/// <summary>What a user says on a connection, again and again: to which session, and which connection of all it is.</summary>
public readonly record struct Stamp(int Session, int Number)
{
    /// <summary>How many bytes it is.</summary>
    public const int Length = 12;

    public byte[] ToBytes() => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Session:0000}{Number:00000000}"));

    public static Stamp Read(ReadOnlySpan<byte> bytes) =>
        new(int.Parse(bytes[..4], CultureInfo.InvariantCulture), int.Parse(bytes[4..Length], CultureInfo.InvariantCulture));
}

/// <summary>The service of one session: sends every stamp back, and notes what should not be.</summary>
public sealed class StampedService : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<int, bool> _seen = [];
    private readonly int _session;
    private readonly Task _accepting;

    public StampedService(int session)
    {
        _session = session;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>Connections of another session, that came twice, or that two users share.</summary>
    public ConcurrentQueue<string> Wrong { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                serving.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
                serving.RemoveAll(static task => task.IsCompletedSuccessfully);
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket peer)
    {
        try
        {
            await using var stream = new NetworkStream(peer, ownsSocket: true);
            byte[] bytes = new byte[Stamp.Length];
            Stamp? first = null;
            while (await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, _stop.Token) == bytes.Length)
            {
                Note(Stamp.Read(bytes), first);
                first ??= Stamp.Read(bytes);
                await stream.WriteAsync(bytes, _stop.Token);
            }

            peer.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
        {
            // Cut with the relay, or the test is over.
        }
    }

    private void Note(Stamp stamp, Stamp? first)
    {
        if (stamp.Session != _session)
        {
            Wrong.Enqueue($"{stamp} at session {_session}");
        }

        if (first is null ? !_seen.TryAdd(stamp.Number, true) : stamp != first)
        {
            Wrong.Enqueue(first is null ? $"{stamp} twice" : $"{stamp} on the connection of {first}");
        }
    }
}
