namespace SocketConnector.Cli.Admin;

/// <summary>What an event of the admin channel carries.</summary>
/// <param name="Name">Its kind, such as <c>joined</c>.</param>
/// <param name="Data">JSON.</param>
internal readonly record struct AdminEvent(string Name, ReadOnlyMemory<byte> Data);

/// <summary>The data of <c>closed</c> and <c>refused</c>; the latter has no id.</summary>
internal sealed record EndData
{
    public long Id { get; init; }

    public string Connector { get; init; } = "";

    public PeerInfo? A { get; init; }

    public PeerInfo? B { get; init; }

    public string Reason { get; init; } = "";

    public string? Side { get; init; }

    public string? Detail { get; init; }

    public long DurationMs { get; init; }

    public long BytesAToB { get; init; }

    public long BytesBToA { get; init; }

    /// <summary>When, where the channel tells it.</summary>
    public DateTimeOffset? Time { get; init; }
}

/// <summary>The data of <c>pending</c>.</summary>
internal sealed record WaitingData
{
    public string? Remote { get; init; }

    public string? Identity { get; init; }

    public string Side { get; init; } = "";

    public string Connector { get; init; } = "";

    public DateTimeOffset? Since { get; init; }
}

/// <summary>The data of <c>lost</c>.</summary>
internal sealed record LostData(long Count);

/// <summary>Why a request was refused (RFC 9457).</summary>
internal sealed record ProblemDetails(string? Title, int Status, string? Detail);
