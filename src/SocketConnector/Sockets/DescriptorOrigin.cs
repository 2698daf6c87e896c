namespace SocketConnector.Sockets;

/// <summary>What is known of a descriptor from where it came, and need not be asked for each.</summary>
/// <param name="IsTcp">Whether it is a TCP socket.</param>
/// <param name="IsConfigured">Whether it has its settings: an accepted socket has those of the listening one (tcp(7), socket(7)).</param>
/// <param name="Local">This program's end, where it is the same for all; otherwise unknown.</param>
/// <param name="Remote">The peer's end; otherwise unknown.</param>
internal sealed record DescriptorOrigin(bool IsTcp, bool IsConfigured = false, CompactEndPoint Local = default, CompactEndPoint Remote = default)
{
    /// <summary>Whether this program has just made it, so that its keep-alive is off and can wait.</summary>
    public bool IsNew { get; init; }

    /// <summary>Keep-alive that is still to be set.</summary>
    public KeepAliveOptions? KeepAliveDue { get; set; }
}
