namespace SocketConnector;

/// <summary>A stream that the user owns through its peer.</summary>
internal interface IHandedOut
{
    /// <summary>Its bytes.</summary>
    Stream Bytes { get; }

    /// <summary>Puts bytes back, which come first again.</summary>
    void Unread(ReadOnlySpan<byte> bytes);

    /// <summary>Ends the writing half.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The stream has failed.</exception>
    ValueTask EndSendingAsync(CancellationToken cancellationToken);

    /// <summary>Closes it in order, and reports that.</summary>
    void Close();

    /// <summary>Closes it in order once what was written has arrived, and reports that.</summary>
    Task CloseAsync(string? why);

    /// <summary>Resets it, and reports that.</summary>
    void Abort();
}
