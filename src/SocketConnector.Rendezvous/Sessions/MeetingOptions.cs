namespace SocketConnector.Rendezvous.Sessions;

/// <summary>The times and limits of <see cref="MeetingPlace"/>.</summary>
internal sealed record MeetingOptions
{
    /// <summary>What the relay calls itself in WELCOME.</summary>
    public string? Program { get; init; }

    /// <summary>From the connection to JOIN.</summary>
    public TimeSpan JoinWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whole seconds.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>From OPEN to its answer, the way there and back included.</summary>
    public TimeSpan AnswerWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// From OPEN until more ends are asked for the same newcomer. Far more than a round trip, and far less than a user notices several times over.
    /// </summary>
    public TimeSpan AskMoreAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>From JOIN to REFUSED Denied, whatever the reason.</summary>
    public TimeSpan DenyAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a listening end may wait.</summary>
    public TimeSpan ListenWait { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a connecting end may wait.</summary>
    public TimeSpan ConnectWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>When to come again where there is no place.</summary>
    public TimeSpan RetryWhenFull { get; init; } = TimeSpan.FromSeconds(5);

    public int MaxWaiting { get; init; } = 100_000;

    public int MaxWaitingPerAddress { get; init; } = 1_000;

    public int MaxWaitingPerTenant { get; init; } = 10_000;

    /// <summary>
    /// Of each role: those that wait to connect must not keep out the ones that they wait for. A search looks at each of a role, so this bounds what
    /// one JOIN costs.
    /// </summary>
    public int MaxWaitingPerSession { get; init; } = 256;

    public int MaxSessionsPerTenant { get; init; } = 1_000;

    public int JoinsPerMinutePerAddress { get; init; } = 600;

    public int JoinsPerMinutePerTenant { get; init; } = 6_000;
}

/// <summary>What a relay has found an end to be entitled to, before its JOIN is considered.</summary>
/// <param name="Tenant">Whose it is. <see langword="null"/> on a relay that asks for no ticket: then no limit of a tenant holds.</param>
/// <param name="MaxWaiting">How many of the tenant may wait, if fewer than the relay's own limit.</param>
/// <param name="AtMost">How long it may wait, if less than its role may.</param>
internal sealed record Grant(string? Tenant = null, int? MaxWaiting = null, TimeSpan? AtMost = null);
