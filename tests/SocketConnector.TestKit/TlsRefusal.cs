using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace SocketConnector.TestKit;

/// <summary>What a peer gets that is refused in its handshake, seen from its end.</summary>
/// <param name="Alert">The alert, as OpenSSL calls it; <see langword="null"/> without one.</param>
/// <param name="IsReset">Whether the stream below was reset, and not ended in order.</param>
public sealed record TlsRefusal(string? Alert, bool IsReset)
{
    private const string AlertMark = " alert ";

    /// <summary>An end in order, and nothing before it.</summary>
    public static TlsRefusal End { get; } = new(Alert: null, IsReset: false);

    /// <summary>A reset, and nothing before it.</summary>
    public static TlsRefusal Reset { get; } = new(Alert: null, IsReset: true);

    /// <summary>That alert, and then an end in order.</summary>
    public static TlsRefusal EndAfter(string alert) => new(alert, IsReset: false);

    public static async Task<TlsRefusal> OfClientAsync(EndPoint endPoint, SslClientAuthenticationOptions options) =>
        await OfAsync(await TestPeer.ConnectAsync(endPoint), tls => tls.AuthenticateAsClientAsync(options));

    public static Task<TlsRefusal> OfServerAsync(TestPeer peer, SslServerAuthenticationOptions options) =>
        OfAsync(peer, tls => tls.AuthenticateAsServerAsync(options));

    private static async Task<TlsRefusal> OfAsync(TestPeer peer, Func<SslStream, Task> handshake)
    {
        using TestPeer disposing = peer;
        await using var below = new EndNoting(peer.Socket);
        await using var tls = new SslStream(below);
        string? alert = null;
        bool isReset = false;
        try
        {
            await handshake(tls).InTimeAsync(what: "the TLS handshake");

            // In TLS 1.3 one end is through its handshake before the other has looked at its certificate.
            int count = await tls.ReadAsync(new byte[1]).AsTask().InTimeAsync(what: "the end of TLS");
            alert = count > 0 ? throw new InvalidOperationException("it was not refused: bytes came") : below.HasEnded ? null : "close notify";
        }
        catch (Exception error) when (error is IOException or AuthenticationException)
        {
            string text = error.GetBaseException().Message;
            int at = text.IndexOf(AlertMark, StringComparison.Ordinal);
            alert = at < 0 ? null : text[(at + AlertMark.Length)..];
            isReset = error.GetBaseException() is SocketException;
        }

        isReset |= (await peer.ReadToWhateverEndAsync()).Error is not null;
        return new TlsRefusal(alert, isReset);
    }

    /// <summary>Tells an end of the stream from a close-notify, which <see cref="SslStream"/> does not.</summary>
    private sealed class EndNoting(Socket socket) : NetworkStream(socket, ownsSocket: false)
    {
        public bool HasEnded { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int count = await base.ReadAsync(buffer, cancellationToken);
            HasEnded |= count == 0 && !buffer.IsEmpty;
            return count;
        }
    }
}
