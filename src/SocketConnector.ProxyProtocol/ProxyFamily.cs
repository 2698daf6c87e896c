namespace SocketConnector.ProxyProtocol;

/// <summary>The address family of a <see cref="ProxyHeader"/>, with the numbers of version 2.</summary>
public enum ProxyFamily
{
    /// <summary>Unknown to the sender, or of no meaning.</summary>
    Unspecified = 0,

    /// <summary>IPv4.</summary>
    IPv4 = 1,

    /// <summary>IPv6.</summary>
    IPv6 = 2,

    /// <summary>A Unix socket.</summary>
    Unix = 3,
}
