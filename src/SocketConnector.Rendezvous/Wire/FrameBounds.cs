namespace SocketConnector.Rendezvous.Wire;

/// <summary>The bounds of SCR/1. Part of the protocol: docs/rendezvous-protocol.md says the same.</summary>
internal static class FrameBounds
{
    /// <summary>Size of the length prefix, in bytes.</summary>
    public const int PrefixLength = 2;

    /// <summary>Longest body, in bytes.</summary>
    public const int MaxBodyLength = 4096;

    /// <summary>Longest frame, in bytes: a reader never has to hold more.</summary>
    public const int MaxFrameLength = PrefixLength + MaxBodyLength;

    /// <summary>How deep the value of an unknown key may be nested.</summary>
    public const int MaxNesting = 8;

    /// <summary>How many versions an end may offer.</summary>
    public const int MaxVersions = 16;

    /// <summary>Highest version number.</summary>
    public const int MaxVersion = 255;

    /// <summary>Longest program name, in bytes of UTF-8.</summary>
    public const int MaxProgramLength = 128;

    /// <summary>Longest ticket, in characters of visible ASCII.</summary>
    public const int MaxTicketLength = 2048;

    /// <summary>Most early bytes in a JOIN.</summary>
    public const int MaxEarlyLength = 1024;

    /// <summary>Longest partner text, in bytes of UTF-8.</summary>
    public const int MaxPartnerLength = 256;

    /// <summary>How many other relays GOAWAY may name.</summary>
    public const int MaxRelays = 8;

    /// <summary>Longest <c>host:port</c> of a relay, in bytes of UTF-8: a DNS name has at most 253, a port 5.</summary>
    public const int MaxRelayLength = 260;

    /// <summary>Highest refusal code.</summary>
    public const int MaxRefusalCode = 255;

    /// <summary>Longest heartbeat interval.</summary>
    public static readonly TimeSpan MaxHeartbeat = TimeSpan.FromHours(1);

    /// <summary>Upper bound of every other time: the longest that a .NET timer can wait, in whole hours.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromHours(1176);
}
