using System.Net.Sockets;
using System.Security.Cryptography;

namespace SocketConnector.TestKit;

/// <summary>Writes a known stream of bytes without a pause, and never ends by itself: until it is disposed, or cannot write any more.</summary>
public sealed class EndlessWriter : IAsyncDisposable
{
    private const int Period = 1_000_003;

    private readonly CancellationTokenSource _enough = new();
    private readonly byte[] _period;
    private readonly Task _writing;
    private long _sent;

    private EndlessWriter(TestPeer peer, int seed)
    {
        _period = RandomBytes.Of(seed, Period);

        // Only so does each byte count that the kernel has taken.
        peer.Socket.Blocking = false;
        _writing = Task.Run(() => WriteAsync(peer));
    }

    /// <summary>Bytes that the kernel has taken so far.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <param name="peer">Who writes.</param>
    /// <param name="seed">Of the bytes.</param>
    public static EndlessWriter Start(TestPeer peer, int seed = 1) => new(peer, seed);

    /// <summary>The hash of what comes first in its stream.</summary>
    /// <param name="count">How many bytes.</param>
    public string Sha256OfFirst(long count)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long left = count; left > 0; left -= Period)
        {
            hash.AppendData(_period, 0, (int)Math.Min(left, Period));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>Waits until it is stuck: nothing more is taken from it.</summary>
    public async Task StuckAsync()
    {
        long last = -1;
        while (last != Sent || last == 0)
        {
            last = Sent;
            await Task.Delay(400);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        await _writing.InTimeAsync();
    }

    private async Task WriteAsync(TestPeer peer)
    {
        try
        {
            while (true)
            {
                _enough.Token.ThrowIfCancellationRequested();
                int at = (int)(_sent % Period);
                int count = peer.Socket.Send(_period.AsSpan(at, Math.Min(10_000, Period - at)), SocketFlags.None, out SocketError error);
                if (error == SocketError.WouldBlock)
                {
                    await Task.Delay(1, _enough.Token);
                }
                else if (error != SocketError.Success)
                {
                    return;
                }

                Volatile.Write(ref _sent, _sent + count);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // Enough.
        }
    }
}
