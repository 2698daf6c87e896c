using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>What a frame means in the state of the end that sent it.</summary>
internal enum Said : byte
{
    /// <summary>Nothing any more: the end is paired or gone.</summary>
    Nothing,

    Hello,

    Join,

    Ping,

    Pong,

    Accept,

    Decline,

    /// <summary>It is not allowed.</summary>
    Violation,
}

/// <summary>Which frame is allowed in which state.</summary>
/// <remarks>
/// An end may have sent PING, or answered the relay's, before it saw OPEN: both come while it is asked, and PING is answered, since PONG
/// still goes out before PAIRED. They cannot come behind ACCEPT, because an end is silent from there on. ACCEPT and DECLINE come in state
/// Asked alone: an OPEN is never withdrawn (see <see cref="Matching"/>), so each has one answer, and no answer can be taken for that to
/// another OPEN.
/// </remarks>
internal static class Conversation
{
    public static Said Interpret(EndState state, Frame frame) => (state, frame) switch
    {
        (EndState.Paired or EndState.Gone, _) => Said.Nothing,
        (EndState.Opening, HelloFrame) => Said.Hello,
        (EndState.Joining or EndState.Admitted, JoinFrame) => Said.Join,
        (EndState.Waiting or EndState.Asked, PingFrame) => Said.Ping,
        (EndState.Waiting or EndState.Asked, PongFrame) => Said.Pong,
        (EndState.Asked, AcceptFrame) => Said.Accept,
        (EndState.Asked, DeclineFrame) => Said.Decline,
        _ => Said.Violation,
    };
}
