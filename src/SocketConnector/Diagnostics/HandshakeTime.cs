namespace SocketConnector.Diagnostics;

/// <summary>Measures one TLS handshake.</summary>
/// <param name="metrics">The connector's.</param>
/// <param name="side">The peer's.</param>
/// <param name="time">The clock.</param>
internal sealed class HandshakeTime(ConnectorMetrics metrics, Side side, TimeProvider time)
{
    private long? _begun;

    /// <summary>The version of TLS, once it is settled.</summary>
    public string? Protocol { private get; set; }

    /// <summary>It may begin. One that never may is not measured.</summary>
    public void Begin() => _begun = time.GetTimestamp();

    /// <param name="reason">Why it failed, if it has.</param>
    public void End(CloseReason? reason)
    {
        if (_begun is { } begun)
        {
            metrics.Took(new TimeTaken(MeasuredTime.TlsHandshake, time.GetElapsedTime(begun).TotalSeconds) { Reason = reason, Side = side, Protocol = Protocol });
        }
    }
}
