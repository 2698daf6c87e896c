using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>What becomes of an end when it is due.</summary>
/// <param name="options">Times.</param>
/// <param name="due">When ends are due.</param>
/// <param name="matching">Closes ends.</param>
/// <param name="seeking">Seeks more partners.</param>
internal sealed class Deadlines(MeetingOptions options, DueHeap due, Matching matching, Seeking seeking)
{
    private const int MaxUnanswered = 3;

    private static readonly PingFrame _ping = new();
    private static readonly RefusedFrame _denied = new(RefusalCode.Denied, null);

    /// <summary>Takes the end that is due first: pings it, seeks more partners for it, or closes it.</summary>
    public void Expire(RelayEnd end, Turn turn)
    {
        switch (end.State)
        {
            case EndState.Denied:
                matching.Close(end, end.Denial, _denied, turn);
                break;
            case EndState.Held when end.WaitUntil > turn.Now:
                seeking.SeekMore(end, turn);
                break;
            case EndState.Held:
            case EndState.Waiting when end.WaitUntil <= turn.Now:
                matching.Close(end, GoneReason.TimedOut, MeetingPlace.TimedOut, turn);
                break;
            case EndState.Waiting when end.Unanswered == MaxUnanswered:
                matching.Close(end, GoneReason.NoHeartbeat, null, turn);
                break;
            case EndState.Waiting:
                end.Unanswered++;
                end.Chatter = 0;
                due.Set(end, Math.Min(turn.Now + (long)options.Heartbeat.TotalMilliseconds, end.WaitUntil));
                turn.Send(end, _ping);
                break;
            case EndState.Asked:
                matching.Close(end, GoneReason.Unanswered, MeetingPlace.TimedOut, turn);
                break;
            default:
                matching.Close(end, GoneReason.NeverJoined, null, turn);
                break;
        }
    }
}
