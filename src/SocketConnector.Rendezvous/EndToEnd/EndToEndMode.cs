namespace SocketConnector.Rendezvous.EndToEnd;

/// <summary>How two ends protect what they say to each other.</summary>
internal enum EndToEndMode
{
    /// <summary>TLS 1.3 between the ends, and in it a proof of the secret.</summary>
    Tls,

    /// <summary>A proof of the secret, then bare bytes, which a relay can change.</summary>
    Proof,

    /// <summary>Bare bytes.</summary>
    None,
}
