namespace SocketConnector.Cli.Running;

/// <summary>What standard output tells between the lines that say where the program listens and that it has stopped.</summary>
internal enum EventScope
{
    /// <summary>Each connection, and each peer that was refused.</summary>
    All = 0,

    None,
}
