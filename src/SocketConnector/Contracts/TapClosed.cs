namespace SocketConnector;

/// <summary>The end of what a <see cref="Tap"/> sees.</summary>
public sealed class TapClosed
{
    internal TapClosed(CloseInfo info, long missed) => (Info, Missed) = (info, missed);

    /// <summary>Why the connection ended, or was not made.</summary>
    public CloseInfo Info { get; }

    /// <summary>How many bytes the tap did not see, of those that passed while it was attached.</summary>
    public long Missed { get; }
}
