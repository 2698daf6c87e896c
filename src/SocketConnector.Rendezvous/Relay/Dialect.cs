namespace SocketConnector.Rendezvous.Relay;

/// <summary>What a client speaks.</summary>
internal enum Dialect
{
    /// <summary>Its first bytes do not tell yet.</summary>
    Undecided,

    /// <summary>SCR/1.</summary>
    Scr,

    /// <summary>HTTP, for its health alone.</summary>
    Http,

    /// <summary>The line of magic-wormhole's transit relay.</summary>
    Transit,

    /// <summary>None of them.</summary>
    Unknown,
}
