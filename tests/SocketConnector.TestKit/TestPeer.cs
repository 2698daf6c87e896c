using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace SocketConnector.TestKit;

/// <summary>The far end of a socket, as a test plays it: writes, reads, pauses, ends its half, resets. Every wait has a deadline.</summary>
public sealed class TestPeer(Socket socket) : IDisposable
{
    public Socket Socket => socket;

    public EndPoint LocalEndPoint { get; } = socket.LocalEndPoint!;

    public static async Task<TestPeer> ConnectAsync(EndPoint endPoint, Action<Socket>? configure = null)
    {
        var socket = endPoint is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        configure?.Invoke(socket);
        EndPoint target = endPoint is IPEndPoint { Address: var address } ip && address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, ip.Port) : endPoint;

        // A blocking connect returns once the handshake is done; an asynchronous one looks later, and may find the reset of a
        // peer that is turned away at once.
        await Task.Run(() => socket.Connect(target)).InTimeAsync(what: $"connecting to {target}");
        return new TestPeer(socket);
    }

    /// <summary>Connects, and tells how that ends: what came, and the error if there was one. A reset may come so early that connecting itself fails.</summary>
    /// <param name="endPoint">Where to.</param>
    /// <param name="saying">As in <see cref="ReadToWhateverEndAsync"/>.</param>
    public static async Task<(byte[] Bytes, SocketError? Error)> ConnectToWhateverEndAsync(EndPoint endPoint, string? saying = null)
    {
        try
        {
            using TestPeer peer = await ConnectAsync(endPoint);
            return await peer.ReadToWhateverEndAsync(saying);
        }
        catch (SocketException error)
        {
            return ([], error.SocketErrorCode);
        }
    }

    public Task WriteAsync(string text) => WriteAsync(Encoding.ASCII.GetBytes(text));

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await socket.SendAsync(bytes, SocketFlags.None);
            bytes = bytes[sent..];
        }
    }

    /// <summary>Ends this half: the other side reads an end of stream, and may still send.</summary>
    public void EndHalf() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Resets (RST): what the kernel has not sent yet is lost, and the other side sees an error.</summary>
    public void Reset() => socket.Close(0);

    public async Task<string> ReadTextAsync(int count) => Encoding.ASCII.GetString(await ReadAsync(count));

    /// <summary>Exactly that many bytes.</summary>
    public async Task<byte[]> ReadAsync(int count)
    {
        byte[] bytes = new byte[count];
        int filled = 0;
        while (filled < count)
        {
            int read = await socket.ReceiveAsync(bytes.AsMemory(filled), SocketFlags.None).AsTask().InTimeAsync(what: $"reading {count} bytes, of which {filled} came");
            if (read == 0)
            {
                throw new EndOfStreamException($"the stream ended after {filled} of {count} bytes: '{Encoding.ASCII.GetString(bytes, 0, Math.Min(filled, 200))}'");
            }

            filled += read;
        }

        return bytes;
    }

    /// <summary>Everything up to a clean end; a reset throws.</summary>
    public async Task<byte[]> ReadToEndAsync(TimeSpan? within = null)
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).AsTask().InTimeAsync(within, $"the end of the stream, {all.Length} bytes came") is > 0 and int read)
        {
            await all.WriteAsync(buffer.AsMemory(0, read));
        }

        return all.ToArray();
    }

    /// <summary>Everything up to a clean end, as text.</summary>
    public async Task<string> ReadTextToEndAsync(TimeSpan? within = null) => Encoding.ASCII.GetString(await ReadToEndAsync(within));

    /// <summary>Reads to a clean end without keeping it; <paramref name="pause"/> is awaited before each read.</summary>
    public async Task<(long Count, string Sha256)> HashToEndAsync(Func<Task>? pause = null, TimeSpan? within = null, int chunk = 64 * 1024)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[chunk];
        long count = 0;
        while (true)
        {
            if (pause is not null)
            {
                await pause();
            }

            int read = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).AsTask().InTimeAsync(within, $"the end of the stream, {count} bytes came");
            if (read == 0)
            {
                return (count, Convert.ToHexString(hash.GetHashAndReset()));
            }

            hash.AppendData(buffer, 0, read);
            count += read;
        }
    }

    /// <summary>How the stream ends: everything that came, and the error instead of a clean end if there was one.</summary>
    /// <param name="saying">
    /// What to write before. Needed where the listener may have closed in the very moment of the handshake: Linux has no socket
    /// for that client then, and tells it so only once it sends.
    /// </param>
    public async Task<(byte[] Bytes, SocketError? Error)> ReadToWhateverEndAsync(string? saying = null)
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        try
        {
            await WriteAsync(saying ?? "");
            while (await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).AsTask().InTimeAsync(what: $"any end of the stream, {all.Length} bytes came") is > 0 and int read)
            {
                await all.WriteAsync(buffer.AsMemory(0, read));
            }

            return (all.ToArray(), null);
        }
        catch (SocketException error)
        {
            return (all.ToArray(), error.SocketErrorCode);
        }
    }

    public void Dispose() => socket.Dispose();
}
