namespace SocketConnector;

/// <summary>Where on their way a <see cref="Tap"/> sees the bytes. Both are the same where nothing transforms them.</summary>
public enum TapView
{
    /// <summary>As they came from the side, before its transformer.</summary>
    Received = 0,

    /// <summary>As they are handed to the other side, behind the transformer.</summary>
    Relayed,
}
