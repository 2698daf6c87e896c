namespace SocketConnector.Rendezvous.Wire;

/// <summary>The units in which frames tell times.</summary>
internal static class FrameUnits
{
    /// <summary>Of how long an end waits and how often it pings.</summary>
    public static readonly TimeSpan Seconds = TimeSpan.FromSeconds(1);

    /// <summary>Of everything that an end reacts to.</summary>
    public static readonly TimeSpan Milliseconds = TimeSpan.FromMilliseconds(1);
}
