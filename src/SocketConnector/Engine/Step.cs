namespace SocketConnector.Engine;

/// <summary>What a direction can do after it has moved some bytes, or none.</summary>
internal enum Step
{
    /// <summary>Go on.</summary>
    Moved,

    /// <summary>There is nothing to read; the source's next event goes on from here.</summary>
    Drained,

    /// <summary>The destination's next event goes on from here; or nothing does, because it has ended.</summary>
    Stopped,
}
