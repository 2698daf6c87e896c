using SocketConnector.Rendezvous.Sessions;

namespace SocketConnector.Rendezvous;

/// <summary>Options of a <see cref="RendezvousRelay"/>. TLS, access lists and limits on connections are set in its <see cref="ListenOptions"/>.</summary>
public sealed record RelayOptions
{
    /// <summary>
    /// The keys that verify the tickets of ends. Empty, the default, makes an open relay: anyone who can reach it may use it, within the limits
    /// per address.
    /// </summary>
    public IReadOnlyList<TicketKey> TicketKeys { get; init; } = [];

    /// <summary>The interval of the pings to waiting ends, in whole seconds; 20 s by default. An end that leaves three of them unanswered is dropped.</summary>
    /// <exception cref="ArgumentException">Under 1 s or over an hour, or not whole seconds.</exception>
    public TimeSpan Heartbeat
    {
        get;
        init => field = Require.That(Require.InRange(value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(Heartbeat)), value.Ticks % TimeSpan.TicksPerSecond == 0, nameof(Heartbeat), "whole seconds");
    } = TimeSpan.FromSeconds(20);

    /// <summary>How long a waiting end may take to accept a partner, round trip included; 2 s by default. After that it is dropped. Others are asked as well if it is silent for half a second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over 30 s.</exception>
    public TimeSpan AnswerTimeout { get; init => field = Require.Positive(value, TimeSpan.FromSeconds(30), nameof(AnswerTimeout)); } = TimeSpan.FromSeconds(2);

    /// <summary>How long a new connection may take to send its JOIN; 10 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over an hour.</exception>
    public TimeSpan JoinTimeout { get; init => field = Require.Positive(value, TimeSpan.FromHours(1), nameof(JoinTimeout)); } = TimeSpan.FromSeconds(10);

    /// <summary>How long an end that listens may wait; a day by default. It comes back after that.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over 49 days.</exception>
    public TimeSpan ListenWait { get; init => field = Require.Positive(value, TimeSpan.FromDays(49), nameof(ListenWait)); } = TimeSpan.FromHours(24);

    /// <summary>How long an end that connects may wait for one that listens; 60 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over 49 days.</exception>
    public TimeSpan ConnectWait { get; init => field = Require.Positive(value, TimeSpan.FromDays(49), nameof(ConnectWait)); } = TimeSpan.FromSeconds(60);

    /// <summary>How many ends may wait at once; 100 000 by default. Further ones are refused, and told when to retry.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxWaiting { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxWaiting)); } = 100_000;

    /// <summary>How many ends may wait from one address, where an IPv6 /64 counts as one; 1 000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxWaitingPerAddress { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxWaitingPerAddress)); } = 1_000;

    /// <summary>How many ends of one tenant may wait; 10 000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxWaitingPerTenant { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxWaitingPerTenant)); } = 10_000;

    /// <summary>How many ends of each role may wait in one session; 256 by default. Further ones are refused exactly as strangers are, so that the refusal does not reveal the session.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxWaitingPerSession { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxWaitingPerSession)); } = 256;

    /// <summary>How many sessions a tenant may have at once; 1 000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxSessionsPerTenant { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxSessionsPerTenant)); } = 1_000;

    /// <summary>How often ends of one address join in a minute, IPv6 by /64; 600 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxJoinsPerMinutePerAddress { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxJoinsPerMinutePerAddress)); } = 600;

    /// <summary>How often ends of one tenant join in a minute; 6 000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxJoinsPerMinutePerTenant { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxJoinsPerMinutePerTenant)); } = 6_000;

    /// <summary>Whether each end of a pair is told the other's address; not by default.</summary>
    public bool TellsAddresses { get; init; }

    /// <summary>
    /// Whether clients of magic-wormhole may use it as their transit relay; not by default. They have no tickets: whoever reaches the relay may.
    /// </summary>
    public bool AllowsTransit { get; init; }

    /// <summary>How many clients of magic-wormhole may wait at once; 1 000 by default. Further ones are reset.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxTransitWaiting { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxTransitWaiting)); } = 1_000;

    /// <summary>How long a client of magic-wormhole waits for its partner; ten minutes by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over 49 days.</exception>
    public TimeSpan TransitWait { get; init => field = Require.Positive(value, TimeSpan.FromDays(49), nameof(TransitWait)); } = TimeSpan.FromMinutes(10);

    internal MeetingOptions ToMeeting() => new()
    {
        Program = "SocketConnector",
        JoinWithin = JoinTimeout,
        Heartbeat = Heartbeat,
        AnswerWithin = AnswerTimeout,
        ListenWait = ListenWait,
        ConnectWait = ConnectWait,
        MaxWaiting = MaxWaiting,
        MaxWaitingPerAddress = MaxWaitingPerAddress,
        MaxWaitingPerTenant = MaxWaitingPerTenant,
        MaxWaitingPerSession = MaxWaitingPerSession,
        MaxSessionsPerTenant = MaxSessionsPerTenant,
        JoinsPerMinutePerAddress = MaxJoinsPerMinutePerAddress,
        JoinsPerMinutePerTenant = MaxJoinsPerMinutePerTenant,
    };
}
