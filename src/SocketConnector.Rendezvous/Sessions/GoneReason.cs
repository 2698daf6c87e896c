namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Why an end is gone, for logs and metrics. The wire says less: see <see cref="Wire.RefusalCode"/>.</summary>
internal enum GoneReason : byte
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>It closed, or its connection failed.</summary>
    Left,

    /// <summary>What it sent is no frame, or not one for its state.</summary>
    Malformed,

    /// <summary>No version that both speak.</summary>
    Version,

    /// <summary>It did not join in time.</summary>
    NeverJoined,

    /// <summary>It let an OPEN go unanswered.</summary>
    Unanswered,

    /// <summary>It let three PINGs go unanswered.</summary>
    NoHeartbeat,

    /// <summary>It waited for as long as it may.</summary>
    TimedOut,

    /// <summary>The relay stops.</summary>
    Draining,

    /// <summary>Its ticket is missing, wrong, expired, or for something else. Denied.</summary>
    Ticket,

    /// <summary>Too many wait in its session. Denied: see <see cref="JoinLimits"/>.</summary>
    SessionFull,

    /// <summary>Too many wait in all. Busy.</summary>
    RelayFull,

    /// <summary>Too many wait from its address. Busy.</summary>
    AddressFull,

    /// <summary>Too many wait of its tenant. Busy.</summary>
    TenantFull,

    /// <summary>Its tenant has too many sessions. Busy.</summary>
    TenantSessions,

    /// <summary>Too many joins from its address. Busy.</summary>
    AddressRate,

    /// <summary>Too many joins of its tenant. Busy.</summary>
    TenantRate,
}
