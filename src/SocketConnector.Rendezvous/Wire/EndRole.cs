namespace SocketConnector.Rendezvous.Wire;

/// <summary>What an end is in its session. Only different roles meet.</summary>
internal enum EndRole
{
    /// <summary>It waits for whoever connects.</summary>
    Listen = 1,

    /// <summary>It meets one that listens.</summary>
    Connect = 2,
}
