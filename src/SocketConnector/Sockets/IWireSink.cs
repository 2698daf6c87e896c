namespace SocketConnector.Sockets;

/// <summary>Is shown what passes between a peer and this program below TLS. Must not block.</summary>
internal interface IWireSink
{
    /// <param name="isSent">Whether this program sent the bytes.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="when">When they passed, where that was before now.</param>
    void Show(bool isSent, ReadOnlySpan<byte> bytes, DateTimeOffset? when = null);

    /// <summary>So many bytes passed that nobody has kept.</summary>
    void Miss(bool isSent, long count);

    /// <summary>Nothing more follows in this direction.</summary>
    void ShowEnd(bool isSent);
}
