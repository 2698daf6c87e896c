namespace SocketConnector.ProxyProtocol;

/// <summary>The type of a <see cref="ProxyTlv"/>. Any other byte may come: 0xE0 to 0xEF are free for applications, 0xF0 to 0xF7 for experiments.</summary>
public enum ProxyTlvType : byte
{
    /// <summary>The protocol on top of the connection, as negotiated by ALPN (RFC 7301), such as <c>h2</c>.</summary>
    Alpn = 0x01,

    /// <summary>The host name that the client gave, such as the server name of its TLS handshake, in UTF-8.</summary>
    Authority = 0x02,

    /// <summary>The CRC-32C of the whole header, big-endian.</summary>
    Crc32c = 0x03,

    /// <summary>Padding, to be ignored.</summary>
    Noop = 0x04,

    /// <summary>An opaque id of the connection, of at most 128 bytes.</summary>
    UniqueId = 0x05,

    /// <summary>TLS as the sender saw it; see <see cref="ProxySslInfo"/>.</summary>
    Ssl = 0x20,

    /// <summary>Inside <see cref="Ssl"/>: the version, such as <c>TLSv1.3</c>.</summary>
    SslVersion = 0x21,

    /// <summary>Inside <see cref="Ssl"/>: the common name of the client's certificate, in UTF-8.</summary>
    SslCommonName = 0x22,

    /// <summary>Inside <see cref="Ssl"/>: the cipher, such as <c>ECDHE-RSA-AES128-GCM-SHA256</c>.</summary>
    SslCipher = 0x23,

    /// <summary>Inside <see cref="Ssl"/>: the algorithm that signed the server's certificate.</summary>
    SslSignatureAlgorithm = 0x24,

    /// <summary>Inside <see cref="Ssl"/>: the algorithm of the server certificate's key.</summary>
    SslKeyAlgorithm = 0x25,

    /// <summary>The name of the network namespace that the connection was in, in US-ASCII.</summary>
    NetworkNamespace = 0x30,
}
