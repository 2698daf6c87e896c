namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Where one end stands with the relay.</summary>
internal enum EndState : byte
{
    /// <summary>Its HELLO is awaited.</summary>
    Opening,

    /// <summary>It has its WELCOME; its JOIN is awaited.</summary>
    Joining,

    /// <summary>It has sent JOIN, which is within the rate of its address; its ticket is looked at.</summary>
    Admitted,

    /// <summary>It has sent JOIN, is silent, and has no answer yet: a partner is sought for it.</summary>
    Held,

    /// <summary>It has sent JOIN, is silent, and will be denied when the time for that has come.</summary>
    Denied,

    /// <summary>It has its WAIT. It may be asked.</summary>
    Waiting,

    /// <summary>It has an OPEN that it has not answered.</summary>
    Asked,

    /// <summary>It has its PAIRED: nothing more is said.</summary>
    Paired,

    /// <summary>It was refused, dropped or lost.</summary>
    Gone,
}
