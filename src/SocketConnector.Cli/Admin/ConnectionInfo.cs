namespace SocketConnector.Cli.Admin;

/// <summary>A connection in a list.</summary>
internal record ConnectionInfo
{
    public long Id { get; init; }

    /// <summary>The id of its connector.</summary>
    public string Connector { get; init; } = "";

    public PeerInfo A { get; init; } = new();

    public PeerInfo B { get; init; } = new();

    public DateTimeOffset JoinedAt { get; init; }

    /// <summary>How long it has lasted.</summary>
    public long DurationMs { get; init; }

    public long BytesAToB { get; init; }

    public long BytesBToA { get; init; }

    /// <summary>Bytes a second.</summary>
    public double RateAToB { get; init; }

    /// <summary>Bytes a second.</summary>
    public double RateBToA { get; init; }

    public string Engine { get; init; } = "";
}

/// <summary>One end of a connection, or a peer that waits to be one. All but the side and the state only where one connection is asked for.</summary>
internal sealed record PeerInfo
{
    public long Id { get; init; }

    public string? Remote { get; init; }

    public string? Local { get; init; }

    public string? Identity { get; init; }

    /// <summary>Whether the connector has connected out to it.</summary>
    public bool Dialled { get; init; }

    /// <summary>Of the socket itself, behind a PROXY header.</summary>
    public string? SocketRemote { get; init; }

    /// <summary>The same of its own end.</summary>
    public string? SocketLocal { get; init; }

    public DateTimeOffset? ConnectedAt { get; init; }

    public TlsInfo? Tls { get; init; }

    public int? ProcessId { get; init; }

    public long? UserId { get; init; }

    public TcpState? Tcp { get; init; }

    /// <summary>Of one that waits.</summary>
    public string? Side { get; init; }

    /// <summary>As in an event: where it comes from, and who it is.</summary>
    public string Text => Identity is null ? Remote ?? "unknown" : $"{Remote ?? "unknown"} ({Identity})";
}

/// <summary>What was agreed on in a TLS handshake.</summary>
internal sealed record TlsInfo(string? Protocol, string? CipherSuite, string? ServerName, string? Alpn);

/// <summary>What the kernel knows of a TCP socket. Times in seconds, queues in bytes, the window in segments.</summary>
internal sealed record TcpState
{
    public string State { get; init; } = "";

    public double RoundTripSeconds { get; init; }

    public double RoundTripVarianceSeconds { get; init; }

    /// <summary>Since it was connected.</summary>
    public long Retransmits { get; init; }

    public long CongestionWindow { get; init; }

    public long SendQueue { get; init; }

    public long ReceiveQueue { get; init; }

    public int Mss { get; init; }

    /// <summary>Bytes a second.</summary>
    public double DeliveryRate { get; init; }
}
