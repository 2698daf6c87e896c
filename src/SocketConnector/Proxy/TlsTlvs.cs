using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SocketConnector.ProxyProtocol;

namespace SocketConnector.Proxy;

/// <summary>What a target is told of the TLS that was handled here for it.</summary>
internal static class TlsTlvs
{
    // A name of a server has at most 255 bytes, ALPN too, that of a cipher 45; a common name that does not fit is left out.
    private const int MaxDetails = 512;
    private const int Max = MaxDetails + 600;

    public static byte[] Of(PeerTls tls)
    {
        Span<byte> details = stackalloc byte[MaxDetails];
        var inner = new ProxyTlvWriter(details);
        if (tls.Protocol is SslProtocols.Tls13 or SslProtocols.Tls12)
        {
            inner.TryWrite(ProxyTlvType.SslVersion, tls.Protocol == SslProtocols.Tls13 ? "TLSv1.3"u8 : "TLSv1.2"u8);
        }

        inner.TryWrite(ProxyTlvType.SslCipher, Encoding.ASCII.GetBytes(tls.CipherSuite.ToString()));
        if (tls.Certificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } name)
        {
            inner.TryWrite(ProxyTlvType.SslCommonName, Encoding.UTF8.GetBytes(name));
        }

        Span<byte> room = stackalloc byte[Max];
        var writer = new ProxyTlvWriter(room);
        if (!tls.ApplicationProtocol.Protocol.IsEmpty)
        {
            writer.TryWrite(ProxyTlvType.Alpn, tls.ApplicationProtocol.Protocol.Span);
        }

        if (tls.ServerName is { } server)
        {
            writer.TryWrite(ProxyTlvType.Authority, Encoding.UTF8.GetBytes(server));
        }

        // A certificate is here only where its side has accepted it.
        bool hasCertificate = tls.Certificate is not null;
        writer.TryWriteSsl(hasCertificate, isVerified: hasCertificate, details[..inner.Written]);
        return room[..writer.Written].ToArray();
    }
}
