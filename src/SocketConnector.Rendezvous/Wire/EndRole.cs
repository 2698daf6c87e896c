namespace SocketConnector.Rendezvous.Wire;

/// <summary>The role of an end in its session. Ends of different roles are paired.</summary>
internal enum EndRole
{
    /// <summary>Waits for ends that connect.</summary>
    Listen = 1,

    /// <summary>Is paired with an end that listens.</summary>
    Connect = 2,
}
