using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace SocketConnector;

/// <summary>What a TLS handshake with a peer has settled.</summary>
public sealed class PeerTls
{
    internal PeerTls(SslStream stream, string? serverName)
    {
        (Protocol, CipherSuite, ApplicationProtocol) = (stream.SslProtocol, stream.NegotiatedCipherSuite, stream.NegotiatedApplicationProtocol);
        ServerName = string.IsNullOrEmpty(serverName) ? null : serverName;
        Certificate = stream.RemoteCertificate as X509Certificate2;
    }

    /// <summary>The version of TLS.</summary>
    public SslProtocols Protocol { get; }

    /// <summary>How the stream is encrypted.</summary>
    public TlsCipherSuite CipherSuite { get; }

    /// <summary>What is spoken inside (ALPN, RFC 7301); empty where that was not settled.</summary>
    public SslApplicationProtocol ApplicationProtocol { get; }

    /// <summary>The server that the client has named (SNI, RFC 6066); <see langword="null"/> where it named none. A client can name anything.</summary>
    public string? ServerName { get; }

    /// <summary>
    /// Whether its handshake was kept (<see cref="ConnectorOptions.KeepHandshakes"/>), so that a tap that is attached before the first byte is
    /// relayed sees the wire from its first byte on.
    /// </summary>
    public bool HandshakeKept { get; internal init; }

    /// <summary>The certificate that the peer has shown, checked as its side asks for; <see langword="null"/> where it showed none. Do not dispose it.</summary>
    public X509Certificate2? Certificate { get; }
}
