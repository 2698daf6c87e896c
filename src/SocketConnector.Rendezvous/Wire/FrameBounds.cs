namespace SocketConnector.Rendezvous.Wire;

/// <summary>The bounds of SCR/1. Part of the protocol: docs/rendezvous-protocol.md says the same.</summary>
internal static class FrameBounds
{
    /// <summary>Of the length in front of a body, in bytes.</summary>
    public const int PrefixLength = 2;

    /// <summary>Of a body, in bytes.</summary>
    public const int MaxBodyLength = 4096;

    /// <summary>Of a frame, in bytes: a reader never has to hold more.</summary>
    public const int MaxFrameLength = PrefixLength + MaxBodyLength;

    /// <summary>How deep the value of an unknown key may be nested.</summary>
    public const int MaxNesting = 8;

    /// <summary>How many versions an end may offer.</summary>
    public const int MaxVersions = 16;

    /// <summary>Of a version.</summary>
    public const int MaxVersion = 255;

    /// <summary>Of the name of a program, in bytes of UTF-8.</summary>
    public const int MaxProgramLength = 128;

    /// <summary>Of a ticket, in characters, which are visible ASCII.</summary>
    public const int MaxTicketLength = 2048;

    /// <summary>Of the early bytes.</summary>
    public const int MaxEarlyLength = 1024;

    /// <summary>Of where a partner comes from, in bytes of UTF-8.</summary>
    public const int MaxPartnerLength = 256;

    /// <summary>How many other relays GOAWAY may name.</summary>
    public const int MaxRelays = 8;

    /// <summary>Of the <c>host:port</c> of a relay, in bytes of UTF-8: a name of DNS has at most 253, a port 5.</summary>
    public const int MaxRelayLength = 260;

    /// <summary>Of the code of a refusal.</summary>
    public const int MaxRefusalCode = 255;

    /// <summary>Of the time between two heartbeats.</summary>
    public static readonly TimeSpan MaxHeartbeat = TimeSpan.FromHours(1);

    /// <summary>Of every other time: what a timer of .NET can wait, in whole hours.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromHours(1176);
}
