namespace SocketConnector;

/// <summary>What moves the bytes of a connection.</summary>
public enum RelayEngine
{
    /// <summary>The runtime's own sockets and thread pool; on every system, and for every transformer.</summary>
    Portable = 0,

    /// <summary>Event loops of the library: epoll(7), and splice(2) for large flows, which never enter this process's memory. Linux on x64 and arm64.</summary>
    Linux,
}

/// <summary>Which <see cref="RelayEngine"/> a connector may choose. None can be demanded but the portable one: not every system and connection has the others.</summary>
public enum EngineChoice
{
    /// <summary>The fastest that the system and the connection allow, chosen when it is joined.</summary>
    Auto = 0,

    /// <summary>Always <see cref="RelayEngine.Portable"/>.</summary>
    Portable,
}
