using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace SocketConnector.TestKit;

/// <summary>A peer that speaks TLS, over a <see cref="TestPeer"/>. Every wait has a deadline.</summary>
public sealed class TlsPeer : IDisposable
{
    private static readonly byte[] _chunk = RandomBytes.Of(seed: 1, 8192);

    private TlsPeer(TestPeer peer, SslStream stream) => (Peer, Stream) = (peer, stream);

    public TestPeer Peer { get; }

    public SslStream Stream { get; }

    public static async Task<TlsPeer> ConnectAsync(EndPoint endPoint, SslClientAuthenticationOptions options) =>
        await HandshakeAsync(await TestPeer.ConnectAsync(endPoint), stream => stream.AuthenticateAsClientAsync(options));

    /// <summary>A client that trusts an authority, and names localhost.</summary>
    public static Task<TlsPeer> ConnectAsync(EndPoint endPoint, TestAuthority trusted, X509Certificate2? own = null, string name = "localhost") =>
        ConnectAsync(endPoint, new SslClientAuthenticationOptions
        {
            TargetHost = name,
            CertificateChainPolicy = trusted.Trust,
            ClientCertificates = own is null ? null : [own],
        });

    public static Task<TlsPeer> AcceptAsync(TestPeer peer, X509Certificate2 certificate) =>
        AcceptAsync(peer, new SslServerAuthenticationOptions { ServerCertificate = certificate });

    public static Task<TlsPeer> AcceptAsync(TestPeer peer, SslServerAuthenticationOptions options) =>
        HandshakeAsync(peer, stream => stream.AuthenticateAsServerAsync(options));

    public async Task WriteAsync(string text) => await Stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask().InTimeAsync();

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes) => await Stream.WriteAsync(bytes).AsTask().InTimeAsync();

    public async Task<string> ReadTextAsync(int count)
    {
        byte[] bytes = new byte[count];
        await Stream.ReadExactlyAsync(bytes).AsTask().InTimeAsync(what: $"reading {count} bytes");
        return Encoding.ASCII.GetString(bytes);
    }

    public async Task<byte[]> ReadToEndAsync()
    {
        using var all = new MemoryStream();
        await Stream.CopyToAsync(all).InTimeAsync(what: "reading to the end");
        return all.ToArray();
    }

    /// <summary>Writes until nothing more is taken.</summary>
    /// <returns>How many bytes were taken whole; the last write stays under way.</returns>
    public async Task<long> FillAsync()
    {
        for (long written = 0; ; written += _chunk.Length)
        {
            Task writing = Stream.WriteAsync(_chunk).AsTask();
            if (await Task.WhenAny(writing, Task.Delay(1000)) != writing)
            {
                _ = writing.ContinueWith(static failed => failed.Exception, TaskScheduler.Default);
                return written;
            }
        }
    }

    /// <summary>What comes first of what <see cref="FillAsync"/> writes.</summary>
    public static byte[] Filling(long count)
    {
        byte[] all = new byte[count];
        for (int at = 0; at < all.Length; at += _chunk.Length)
        {
            _chunk.AsSpan(0, Math.Min(_chunk.Length, all.Length - at)).CopyTo(all.AsSpan(at));
        }

        return all;
    }

    /// <summary>A close-notify, then the end of the stream below.</summary>
    public async Task EndHalfAsync()
    {
        await Stream.ShutdownAsync().InTimeAsync();
        Peer.EndHalf();
    }

    public void Dispose()
    {
        Stream.Dispose();
        Peer.Dispose();
    }

    private static async Task<TlsPeer> HandshakeAsync(TestPeer peer, Func<SslStream, Task> handshake)
    {
        var stream = new SslStream(new NetworkStream(peer.Socket, ownsSocket: false));
        try
        {
            await handshake(stream).InTimeAsync(what: "the TLS handshake");
            return new TlsPeer(peer, stream);
        }
        catch
        {
            await stream.DisposeAsync();
            peer.Dispose();
            throw;
        }
    }
}
