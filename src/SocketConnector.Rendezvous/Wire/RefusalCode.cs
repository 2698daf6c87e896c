namespace SocketConnector.Rendezvous.Wire;

/// <summary>Why a relay refuses an end.</summary>
internal enum RefusalCode
{
    /// <summary>Not admitted. Deliberately does not say whether the ticket, its claims or the session is the reason.</summary>
    Denied = 1,

    /// <summary>Too much at the moment: come again later.</summary>
    Busy = 2,

    /// <summary>The relay stops: come again, or go elsewhere.</summary>
    Draining = 3,

    /// <summary>What was sent is not SCR/1, or not in this state.</summary>
    Malformed = 4,

    /// <summary>No version that both speak.</summary>
    Version = 5,

    /// <summary>No partner came in time.</summary>
    TimedOut = 6,
}
