namespace SocketConnector;

/// <summary>How a connection ended.</summary>
/// <param name="Reason">What ended it. What happened first wins; later failures that follow from it change nothing.</param>
/// <param name="Side">The side that caused it, or <see langword="null"/> where no side did (<see cref="CloseReason.HookFailed"/>, <see cref="CloseReason.Aborted"/>).</param>
/// <param name="Error">The exception behind the reason, where there is one.</param>
/// <param name="Duration">How long the connection was joined.</param>
public readonly record struct CloseInfo(CloseReason Reason, Side? Side, Exception? Error, TimeSpan Duration);
