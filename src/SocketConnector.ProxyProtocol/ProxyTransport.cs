namespace SocketConnector.ProxyProtocol;

/// <summary>The transport of the original connection, with the numbers of version 2.</summary>
public enum ProxyTransport
{
    /// <summary>Unknown to the sender.</summary>
    Unspecified = 0,

    /// <summary>A stream: TCP, or a Unix stream socket.</summary>
    Stream = 1,

    /// <summary>Datagrams: UDP, or a Unix datagram socket.</summary>
    Datagram = 2,
}
