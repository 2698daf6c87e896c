namespace SocketConnector.Cli.Admin;

/// <summary>A connector, as the admin channel tells of it.</summary>
internal sealed record ConnectorInfo
{
    public string Id { get; init; } = "";

    public string? Name { get; init; }

    /// <summary><c>open</c>, <c>draining</c> or <c>closed</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>Out of descriptors.</summary>
    public bool Starving { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    public IReadOnlyList<string> ListensA { get; init; } = [];

    public IReadOnlyList<string> ListensB { get; init; } = [];

    public int Active { get; init; }

    public int PendingA { get; init; }

    public int PendingB { get; init; }

    public int Admitting { get; init; }

    public long Joined { get; init; }

    public long BytesAToB { get; init; }

    public long BytesBToA { get; init; }

    /// <summary>Bytes a second.</summary>
    public double RateAToB { get; init; }

    /// <summary>Bytes a second.</summary>
    public double RateBToA { get; init; }

    public IReadOnlyList<CloseCount> Closed { get; init; } = [];

    /// <summary>Events that a slow reader has missed.</summary>
    public long LostEvents { get; init; }
}

/// <summary>How many connections a reason has ended.</summary>
internal sealed record CloseCount(string Reason, string? Side, long Count);

/// <summary>The process that a channel belongs to.</summary>
internal sealed record ProgramInfo(string Name, string Version, int ProcessId, DateTimeOffset StartedAt);

/// <summary>The answer to <c>GET /v1/connectors</c>, and the first event of a watch.</summary>
internal sealed record ConnectorList(ProgramInfo? Program, DateTimeOffset Time, IReadOnlyList<ConnectorInfo> Connectors);
