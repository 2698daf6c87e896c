using System.Security.Cryptography;

namespace SocketConnector.TestKit;

/// <summary>Writes random bytes without a pause, out of one small buffer, and tells how far it has come.</summary>
public sealed class Pouring
{
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(400);
    private long _sent;

    private Pouring(TestPeer peer, long bytes, int seed, bool thenEnd) => Sha256 = Task.Run(() => PourAsync(peer, bytes, seed, thenEnd));

    /// <summary>Bytes that the kernel has taken so far.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Finishes when all is written: the hash of it.</summary>
    public Task<string> Sha256 { get; }

    /// <param name="peer">Who writes.</param>
    /// <param name="bytes">How much.</param>
    /// <param name="seed">Of the bytes.</param>
    /// <param name="thenEnd">Whether it ends its half behind the last byte.</param>
    public static Pouring Start(TestPeer peer, long bytes, int seed = 1, bool thenEnd = true) => new(peer, bytes, seed, thenEnd);

    /// <summary>Waits until the writer is stuck: nothing more is taken from it.</summary>
    public async Task StuckAsync()
    {
        long last = -1;
        while (last != Sent || last == 0)
        {
            last = Sent;
            await Task.Delay(_quiet);
        }
    }

    private async Task<string> PourAsync(TestPeer peer, long bytes, int seed, bool thenEnd)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var random = new Random(seed);
        byte[] chunk = new byte[16 * 1024];
        for (long left = bytes; left > 0;)
        {
            Memory<byte> next = chunk.AsMemory(0, (int)Math.Min(left, chunk.Length));
            random.NextBytes(next.Span);
            hash.AppendData(next.Span);
            await peer.WriteAsync(next);
            left -= next.Length;
            Volatile.Write(ref _sent, bytes - left);
        }

        if (thenEnd)
        {
            peer.EndHalf();
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
