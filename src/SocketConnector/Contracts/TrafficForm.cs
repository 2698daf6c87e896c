namespace SocketConnector;

/// <summary>How <see cref="ConnectorOptions.LogTraffic"/> shows bytes. In none of them can a peer smuggle control characters or a line of its own into the log.</summary>
public enum TrafficForm
{
    /// <summary>
    /// Printable ASCII as it is, any other byte as <c>*</c>. Without <see cref="TrafficOptions.First"/> and <see cref="TrafficOptions.Last"/>, at most 1 024
    /// bytes of each chunk.
    /// </summary>
    Text = 0,

    /// <summary>A hex dump: the offset in the stream, 16 bytes, and their ASCII with <c>.</c> for any other byte. One message for each row.</summary>
    Hex,

    /// <summary>
    /// One JSON object for each message, without gaps that it does not tell of: <c>time</c>, <c>connector</c> where it has a name, <c>event</c> (<c>traffic</c>), <c>id</c>,
    /// <c>side</c> that the bytes come from, <c>offset</c> in the stream, <c>length</c>, and the bytes as <c>data</c> in Base64, at most 8 KiB of them.
    /// </summary>
    Json,
}
