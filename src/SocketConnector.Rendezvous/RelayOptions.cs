using SocketConnector.Rendezvous.Sessions;

namespace SocketConnector.Rendezvous;

/// <summary>How a <see cref="RendezvousRelay"/> lets ends meet. Its doors (TLS, access lists, limits of connections) are those of its <see cref="ListenOptions"/>.</summary>
public sealed record RelayOptions
{
    /// <summary>
    /// The keys by which it verifies the tickets of ends. Empty, the default, for an open relay: whoever reaches it may use it, within the
    /// limits of an address.
    /// </summary>
    public IReadOnlyList<TicketKey> TicketKeys { get; init; } = [];

    /// <summary>How often the relay and an end that waits assure each other that they are there; 20 s by default, in whole seconds. Three times without an answer are an end.</summary>
    /// <exception cref="ArgumentException">Under 1 s or over an hour, or not whole seconds.</exception>
    public TimeSpan Heartbeat
    {
        get;
        init => field = Require.That(Require.InRange(value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), nameof(Heartbeat)), value.Ticks % TimeSpan.TicksPerSecond == 0, nameof(Heartbeat), "whole seconds");
    } = TimeSpan.FromSeconds(20);

    /// <summary>How long a waiting end may take to accept a partner, the way there and back included; 2 s by default. Then the next one is asked.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over 30 s.</exception>
    public TimeSpan AnswerTimeout { get; init => field = Require.Positive(value, TimeSpan.FromSeconds(30), nameof(AnswerTimeout)); } = TimeSpan.FromSeconds(2);

    /// <summary>From a connection to its JOIN; 10 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over an hour.</exception>
    public TimeSpan JoinTimeout { get; init => field = Require.Positive(value, TimeSpan.FromHours(1), nameof(JoinTimeout)); } = TimeSpan.FromSeconds(10);

    /// <summary>How long an end that listens may wait; a day by default. It comes back after that.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over 49 days.</exception>
    public TimeSpan ListenWait { get; init => field = Require.Positive(value, TimeSpan.FromDays(49), nameof(ListenWait)); } = TimeSpan.FromHours(24);

    /// <summary>How long an end that connects may wait for one that listens; 60 s by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or over 49 days.</exception>
    public TimeSpan ConnectWait { get; init => field = Require.Positive(value, TimeSpan.FromDays(49), nameof(ConnectWait)); } = TimeSpan.FromSeconds(60);

    /// <summary>How many ends wait at once; 100 000 by default. The next ones are told to come again.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxWaiting { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxWaiting)); } = 100_000;

    /// <summary>The same from each address, IPv6 by /64; 1 000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxWaitingPerAddress { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxWaitingPerAddress)); } = 1_000;

    /// <summary>The same of each tenant; 10 000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxWaitingPerTenant { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxWaitingPerTenant)); } = 10_000;

    /// <summary>The same in each session, of both roles together; 256 by default. The next one is refused as a stranger is, who is not to learn that there is such a session.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxWaitingPerSession { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxWaitingPerSession)); } = 256;

    /// <summary>How many sessions a tenant has at once; 1 000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxSessionsPerTenant { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxSessionsPerTenant)); } = 1_000;

    /// <summary>How often ends of one address join in a minute, IPv6 by /64; 600 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxJoinsPerMinutePerAddress { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxJoinsPerMinutePerAddress)); } = 600;

    /// <summary>How often ends of one tenant join in a minute; 6 000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxJoinsPerMinutePerTenant { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxJoinsPerMinutePerTenant)); } = 6_000;

    /// <summary>Whether each of a pair is told the address of the other; not by default.</summary>
    public bool TellsAddresses { get; init; }

    /// <summary>
    /// Whether clients of magic-wormhole may use it as their transit relay; not by default. They have no tickets: whoever reaches the relay may.
    /// </summary>
    public bool AllowsTransit { get; init; }

    /// <summary>How many clients of magic-wormhole wait at once; 1 000 by default. The next ones are reset.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxTransitWaiting { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxTransitWaiting)); } = 1_000;

    /// <summary>How long one of them waits for its partner; ten minutes by default.</summary>
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
