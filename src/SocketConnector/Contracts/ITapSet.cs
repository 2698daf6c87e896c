namespace SocketConnector;

/// <summary>The taps of one connection, as the hook sees them.</summary>
internal interface ITapSet
{
    IDisposable Attach(Tap tap);

    /// <summary>Calls <see cref="Tap.OnClosed"/> of each, and of any that is attached later. Only the first call counts.</summary>
    void Close(CloseInfo info);
}
