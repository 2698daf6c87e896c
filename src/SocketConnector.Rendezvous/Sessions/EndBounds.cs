namespace SocketConnector.Rendezvous.Sessions;

/// <summary>Limits that protect an end from a broken or hostile relay.</summary>
internal static class EndBounds
{
    /// <summary>The relay is taken for dead after this many unanswered pings.</summary>
    public const int MaxUnanswered = 3;

    /// <summary>A shorter heartbeat breaks the protocol, which counts whole seconds; with 0 the end would ping without pause.</summary>
    public static readonly TimeSpan MinHeartbeat = TimeSpan.FromSeconds(1);

    /// <summary>A longer heartbeat is cut to this, so that an address translator does not forget the connection (RFC 5382 lets it after 2 h, many do after 5 min).</summary>
    public static readonly TimeSpan MaxHeartbeat = TimeSpan.FromMinutes(4);

    /// <summary>A longer wait is cut to this: after it the end joins anew rather than trust that it was not forgotten.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    /// <summary>
    /// How long an answer may take: WELCOME to HELLO, and the outcome to ACCEPT. Also the longest time that OPEN may leave for an answer.
    /// </summary>
    public static readonly TimeSpan MaxSilence = TimeSpan.FromSeconds(30);

    /// <summary>How long an answer to JOIN may take: the relay may first ask a pool of ends that are dead, and one may do so one by one, 2 s for each.</summary>
    public static readonly TimeSpan MaxJoining = TimeSpan.FromMinutes(2);

    /// <summary>Upper bound of the retry delay that a relay may ask for, and of the time that it may announce for its stop.</summary>
    public static readonly TimeSpan MaxAway = TimeSpan.FromHours(1);

    /// <returns><paramref name="time"/>, or whichever bound it is beyond.</returns>
    public static TimeSpan Clamp(TimeSpan time, TimeSpan most) => time < TimeSpan.Zero ? TimeSpan.Zero : time > most ? most : time;
}
