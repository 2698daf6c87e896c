namespace SocketConnector.ProxyProtocol;

/// <summary>Why bytes are no PROXY protocol header. Later versions may add errors.</summary>
public enum ProxyHeaderError
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>They begin otherwise than a header of either version.</summary>
    NotAHeader = 1,

    /// <summary>Longer than allowed, or a version 1 line that does not end in time.</summary>
    TooLong = 2,

    /// <summary>A version other than 2 behind the signature of version 2.</summary>
    UnknownVersion = 3,

    /// <summary>A command other than LOCAL and PROXY.</summary>
    UnknownCommand = 4,

    /// <summary>An address family or a transport that is not assigned.</summary>
    UnknownFamily = 5,

    /// <summary>An address or a port that is malformed, or a length without room for the addresses.</summary>
    BadAddress = 6,

    /// <summary>A TLV that does not fit into the header, or whose length is wrong.</summary>
    BadTlv = 7,

    /// <summary>The checksum does not match the header.</summary>
    BadChecksum = 8,
}
