namespace SocketConnector.Engine;

/// <summary>Where a direction is, in the one byte that each idle one pays for it.</summary>
[Flags]
internal enum ConveyorState : byte
{
    None = 0,

    /// <summary>The destination is full; it tells when it has room again, and nothing is read until then.</summary>
    Blocked = 1,

    /// <summary>Waits for its turn.</summary>
    Queued = 2,

    /// <summary>Spliced, not copied.</summary>
    Large = 4,

    /// <summary>There is no pipe, or one of the two is no socket that the system splices.</summary>
    CopyOnly = 8,

    /// <summary>The source has ended; what is held is still to be handed over.</summary>
    SourceEnded = 16,

    /// <summary>The destination's stream is ended.</summary>
    SendingEnded = 32,

    /// <summary>Nothing moves any more.</summary>
    Done = 64,
}
