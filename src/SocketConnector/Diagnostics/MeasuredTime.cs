namespace SocketConnector.Diagnostics;

/// <summary>What the meter has a histogram of.</summary>
internal enum MeasuredTime
{
    /// <summary>From the join to the end.</summary>
    Connection = 0,

    /// <summary>From the first stage to the last.</summary>
    Admission,

    /// <summary>A dial, with the lookup of its name, its other addresses and its retries.</summary>
    Connect,

    /// <summary>From the moment at which it may begin: its wait for a first byte and for a place is not in it.</summary>
    TlsHandshake,
}

/// <summary>One value of a histogram, with what its tags are made of.</summary>
/// <param name="What">Which histogram.</param>
/// <param name="Seconds">How long it took.</param>
internal readonly record struct TimeTaken(MeasuredTime What, double Seconds)
{
    /// <summary>How it ended, where it has ended or failed; nothing for what went well.</summary>
    public CloseReason? Reason { get; init; }

    /// <summary>The side that caused it, or that it happened on.</summary>
    public Side? Side { get; init; }

    /// <summary>The version of TLS, as in <c>1.3</c>.</summary>
    public string? Protocol { get; init; }
}
