namespace SocketConnector.Rendezvous.Sessions;

/// <summary>What an end puts up with from a relay that is broken or hostile.</summary>
internal static class EndBounds
{
    /// <summary>Three pings without an answer are a dead relay.</summary>
    public const int MaxUnanswered = 3;

    /// <summary>A shorter heartbeat, such as none, breaks the protocol: it counts whole seconds, and would make the end ping without pause.</summary>
    public static readonly TimeSpan MinHeartbeat = TimeSpan.FromSeconds(1);

    /// <summary>A longer heartbeat is cut to this, so that an address translator does not forget the connection (RFC 5382 lets it after 2 h, many do after 5 min).</summary>
    public static readonly TimeSpan MaxHeartbeat = TimeSpan.FromMinutes(4);

    /// <summary>A longer wait is cut to this: after it the end joins anew rather than trust that it was not forgotten.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    /// <summary>
    /// How long an answer may take: WELCOME to HELLO, and the outcome to ACCEPT. Also the longest time that OPEN may leave for an answer.
    /// </summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(30);

    /// <summary>How long an answer to JOIN may take: the relay may first ask a pool of ends one by one that are dead, each of which takes 2 s.</summary>
    public static readonly TimeSpan MaxJoining = TimeSpan.FromMinutes(2);

    /// <summary>The longest that a relay can send an end away for, or take to stop.</summary>
    public static readonly TimeSpan MaxAway = TimeSpan.FromHours(1);

    /// <returns><paramref name="time"/>, or whichever bound it is beyond.</returns>
    public static TimeSpan Clamp(TimeSpan time, TimeSpan most) => time < TimeSpan.Zero ? TimeSpan.Zero : time > most ? most : time;
}
