namespace SocketConnector.Bench.Relays;

/// <summary>How a relay is started: what it is called, and its command for given ports of the loopback.</summary>
/// <param name="Id">What <c>--relays</c> and the raw figures call it.</param>
/// <param name="Title">What the page calls it.</param>
/// <param name="IsOurs">Judged, or judged against.</param>
/// <param name="Command">The command line.</param>
internal sealed record RelayRecipe(string Id, string Title, bool IsOurs, Func<RelayPlace, IReadOnlyList<string>> Command)
{
    /// <summary>The ceiling: nothing in between.</summary>
    public static readonly RelayRecipe Direct = new("direct", "no relay", IsOurs: false, _ => []);

    public bool IsDirect => ReferenceEquals(this, Direct);

    /// <summary>A process for each connection: some thousands of them are not what anyone would run.</summary>
    public bool ForksPerConnection { get; init; }

    /// <summary>Both of its ends dial, and say in this protocol, by the load generator's name, whom they want to meet.</summary>
    public string? Protocol { get; init; }

    /// <summary>The protocol of ends that wait by the thousand: the same, unless the relay allows few of those.</summary>
    public string? WaitsIn { get => field ?? Protocol; init; }

    public bool Meets => Protocol is not null;

    /// <summary>Our connector with its defaults, which dials for each client.</summary>
    public bool IsPlainConnector { get; init; }

    /// <summary>It decrypts what comes from its clients.</summary>
    public bool SpeaksTls { get; init; }

    /// <summary>A second setting of another relay, which differs from it in nothing but how bytes are moved.</summary>
    public bool OnlyMovesBytes { get; init; }

    /// <summary>A second setting of another relay, which differs from it in nothing but what it tells of connections.</summary>
    public bool OnlyMakesConnections { get; init; }
}

/// <summary>Where one running relay has its port, its target and its files.</summary>
/// <param name="Port">Where it listens.</param>
/// <param name="Backend">Where it connects to.</param>
/// <param name="Home">A folder of its own.</param>
/// <param name="ForIdleMemory">It will hold many idle pairs, not move bytes: small buffers are then the better setting.</param>
internal sealed record RelayPlace(int Port, int Backend, string Home, bool ForIdleMemory);
