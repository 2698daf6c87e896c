namespace SocketConnector.Rendezvous.Wire;

/// <summary>Which side sends a frame. Most types are sent by one side only.</summary>
internal enum FrameSender
{
    /// <summary>An end; the reader is a relay.</summary>
    End,

    /// <summary>A relay; the reader is an end.</summary>
    Relay,
}
