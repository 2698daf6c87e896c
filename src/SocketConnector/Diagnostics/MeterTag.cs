namespace SocketConnector.Diagnostics;

/// <summary>The tags of measurements and spans. Each has a few values, however many addresses come.</summary>
internal static class MeterTag
{
    public const string ConnectorName = "socketconnector.connector.name";
    public const string Direction = "socketconnector.direction";
    public const string Side = "socketconnector.side";

    // These two are OpenTelemetry's.
    public const string ErrorType = "error.type";
    public const string TlsVersion = "tls.protocol.version";

    public const string AToB = "a_to_b";
    public const string BToA = "b_to_a";

    /// <summary>A side in a tag.</summary>
    public static string Of(Side? side) => side switch
    {
        SocketConnector.Side.A => "A",
        SocketConnector.Side.B => "B",
        _ => "none",
    };

    /// <summary>A close reason in <see cref="ErrorType"/>; none for an end in order.</summary>
    public static string? Of(CloseReason? reason) => reason is null or CloseReason.Completed or CloseReason.Ended ? null : CloseReasonName.Of(reason.Value);
}
