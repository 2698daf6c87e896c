namespace SocketConnector.Rendezvous;

/// <summary>How two ends protect what they say to each other. Part of the session's name, so that ends of different modes never meet.</summary>
public enum EndToEndMode
{
    /// <summary>TLS 1.3 between the ends, and in it a proof of the secret.</summary>
    Tls,

    /// <summary>A proof of the secret, then bare bytes.</summary>
    Proof,

    /// <summary>Bare bytes.</summary>
    None,
}
