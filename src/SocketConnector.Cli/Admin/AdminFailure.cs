namespace SocketConnector.Cli.Admin;

/// <summary>What an admin channel was asked for has failed; the message is a line for people that says what to do.</summary>
internal sealed class AdminFailure(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether there is an admin channel, and it does not know what was asked for.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>Whether the channel has ended in the middle.</summary>
    public bool IsEnd { get; init; }
}
