namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Where an end is with its relay.</summary>
internal enum EndMachineState
{
    /// <summary>HELLO and JOIN are sent, WELCOME is due. Silent.</summary>
    Opening,

    /// <summary>WELCOME has come; WAIT, PAIRED or REFUSED is due. Silent.</summary>
    Joining,

    /// <summary>Between WAIT and OPEN: the only state in which it pings.</summary>
    Waiting,

    /// <summary>OPEN has come. Silent behind ACCEPT until PAIRED, WAIT or REFUSED.</summary>
    Answering,

    /// <summary>The stream is the partner's.</summary>
    Paired,

    /// <summary>The connection is of no more use.</summary>
    Gone,
}
