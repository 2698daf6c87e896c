namespace SocketConnector;

/// <summary>A version of the PROXY protocol, for <see cref="ConnectOptions.SendProxy"/>.</summary>
public enum ProxyVersion
{
    /// <summary>A line of text, for TCP over IP.</summary>
    V1 = 1,

    /// <summary>A binary header, which also tells of Unix sockets and passes TLVs on.</summary>
    V2 = 2,
}
