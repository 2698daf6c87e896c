namespace SocketConnector.Rendezvous.Wire;

/// <summary>The side that a frame comes from. Most frames are of one side alone.</summary>
internal enum FrameSender
{
    /// <summary>An end; the reader is a relay.</summary>
    End,

    /// <summary>A relay; the reader is an end.</summary>
    Relay,
}
