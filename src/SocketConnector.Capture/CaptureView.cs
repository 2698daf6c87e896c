namespace SocketConnector.Capture;

/// <summary>Which conversations of a connection are captured. Each view is an interface of the file.</summary>
[Flags]
public enum CaptureView
{
    /// <summary>Between the two peers, what is relayed: decrypted, and transformed.</summary>
    Clear = 1,

    /// <summary>
    /// Between each peer over TLS and this program, what came over the wire, still encrypted. A connection without TLS has none, and is captured
    /// as <see cref="Clear"/> whatever is asked for. From the handshake on with <see cref="ConnectorOptions.KeepHandshakes"/>.
    /// </summary>
    Wire = 2,

    /// <summary>Both.</summary>
    Both = Clear | Wire,
}
