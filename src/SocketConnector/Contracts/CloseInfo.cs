using System.Globalization;

namespace SocketConnector;

/// <summary>How a connection ended.</summary>
public sealed record CloseInfo
{
    internal CloseInfo(CloseReason reason, Side? side, Exception? error, TimeSpan duration) =>
        (Reason, Side, Error, Duration) = (reason, side, error, duration);

    /// <summary>What ended it. What happened first wins; later failures that follow from it change nothing.</summary>
    public CloseReason Reason { get; }

    /// <summary>
    /// The side that caused it; <see langword="null"/> if no side did: <see cref="CloseReason.AuthFailed"/>, <see cref="CloseReason.HookFailed"/>,
    /// <see cref="CloseReason.Aborted"/>, <see cref="CloseReason.Ended"/>, and <see cref="CloseReason.HalfCloseTimeout"/> caused by a transformer.
    /// </summary>
    public Side? Side { get; }

    /// <summary>The exception behind the reason, where there is one.</summary>
    public Exception? Error { get; }

    /// <summary>How long the connection was joined; zero for what was never joined.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Reason, side and duration in one line, and the type of the exception: its text has several lines, and its words may be a peer's.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{nameof(CloseInfo)} {{ {nameof(Reason)} = {Reason}, {nameof(Side)} = {Side}, {nameof(Error)} = {Error?.GetType().Name}, {nameof(Duration)} = {Duration} }}");
}
