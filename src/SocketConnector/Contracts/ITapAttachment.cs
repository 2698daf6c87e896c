namespace SocketConnector;

/// <summary>What a tap is attached by; disposed, it is detached.</summary>
internal interface ITapAttachment : IDisposable
{
    /// <summary>Bytes that the tap should have seen, or was shown and had to drop.</summary>
    void ReportMissed(long bytes);
}
