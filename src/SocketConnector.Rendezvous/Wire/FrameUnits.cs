namespace SocketConnector.Rendezvous.Wire;

/// <summary>The units in which frames tell times.</summary>
internal static class FrameUnits
{
    /// <summary>For waiting times and heartbeats.</summary>
    public static readonly TimeSpan Seconds = TimeSpan.FromSeconds(1);

    /// <summary>For deadlines and delays that an end acts on.</summary>
    public static readonly TimeSpan Milliseconds = TimeSpan.FromMilliseconds(1);
}
