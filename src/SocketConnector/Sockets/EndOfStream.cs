using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>The one judge of a read that returned no bytes: the end of the stream, or a reset that was already reported to another call.</summary>
internal static class EndOfStream
{
    /// <remarks>
    /// The kernel reports a reset once, to the first call that asks; a later read returns 0, as at an orderly end. A TCP socket that is
    /// hung up although its own sending was not ended has been reset (tcp(7): an orderly end hangs up one direction only). A Unix
    /// socket is hung up by an orderly close as well, so there only a pending error counts (unix(7)).
    /// </remarks>
    public static bool IsReset(Readiness now, bool isTcp, bool hasEndedSending) =>
        (now & Readiness.Error) != Readiness.None
        || (isTcp && !hasEndedSending && (now & Readiness.HangUp) != Readiness.None);
}
