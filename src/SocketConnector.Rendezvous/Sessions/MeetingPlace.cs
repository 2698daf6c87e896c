using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>
/// The relay's side of SCR/1 for all of its ends: frames, losses and the time go in; frames to send, pairs and ends to close come out. No
/// I/O and no clock. Not thread-safe.
/// </summary>
/// <remarks>
/// The caller has one lock around every call. The outcomes of one end must reach its connection in the order of the calls: appended to its
/// outbox under the lock, written outside of it. Otherwise a PING of one thread could follow PAIRED of another into the partner's stream.
/// Every end gets exactly one Pair or one Close; calls about it afterwards have no effect.
/// </remarks>
internal sealed class MeetingPlace
{
    private const int Version = 1;

    // An end needs one PING and one PONG in each heartbeat. The answers to more would queue up for an end that may not read.
    private const int MaxChatter = 16;

    private static readonly PongFrame _pong = new();
    private static readonly RefusedFrame _version = new(RefusalCode.Version, null);

    private readonly MeetingOptions _options;
    private readonly JoinLimits _limits;
    private readonly DueHeap _due = new();
    private readonly Matching _matching;
    private readonly Seeking _seeking;
    private readonly JoinGate _gate;
    private readonly Deadlines _deadlines;
    private readonly Departures _departures;
    private readonly WelcomeFrame _welcome;

    public MeetingPlace(MeetingOptions options)
    {
        _options = options;
        _limits = new JoinLimits(options);
        _matching = new Matching(options, _limits, _due);
        _seeking = new Seeking(new Asking(options, _due), _matching);
        _gate = new JoinGate(options, _limits, _due, _matching, _seeking);
        _deadlines = new Deadlines(options, _due, _matching, _seeking);
        _departures = new Departures(_limits, _due, _matching, _seeking);
        _welcome = new WelcomeFrame(Version, options.Heartbeat, options.Program);
    }

    public static RefusedFrame Malformed { get; } = new(RefusalCode.Malformed, null);

    /// <summary>Waited for too long, or did not answer: it may come again at once.</summary>
    public static RefusedFrame TimedOut { get; } = new(RefusalCode.TimedOut, TimeSpan.Zero);

    /// <summary>When <see cref="Tick"/> is next due; <see cref="long.MaxValue"/> for never. Changes with every call.</summary>
    public long NextDue => _due.Next;

    /// <summary>How many ends are neither paired nor gone.</summary>
    public int Count => _due.Count;

    /// <summary>How many ends are held, wait or are asked.</summary>
    public int Waiting => _limits.Ends;

    /// <summary>What is remembered of those.</summary>
    public (int Sessions, int Tenants, int Addresses) Remembered => _limits.Remembered;

    /// <summary>Takes in a new connection.</summary>
    public void Open(RelayEnd end, Turn turn)
    {
        if (_departures.IsOver)
        {
            _departures.Refuse(end, turn);
        }
        else
        {
            _due.Set(end, turn.Now + Milliseconds(_options.JoinWithin));
        }
    }

    /// <summary>Decides whether the ticket of a JOIN is worth verifying. <see cref="Receive"/> takes the JOIN afterwards, whatever this has found.</summary>
    public bool TryAdmit(RelayEnd end, Turn turn) => end.State == EndState.Joining && _gate.TryAdmit(end, turn);

    /// <summary>Takes a frame that an end has sent.</summary>
    /// <param name="end">The end.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="grant">For a JOIN: what the ticket allows for this session and role; <see langword="null"/> for nothing.</param>
    /// <param name="turn">For a JOIN, when it came: before its ticket was verified.</param>
    public void Receive(RelayEnd end, Frame frame, Grant? grant, Turn turn)
    {
        Session? session = end.Session;
        switch (Conversation.Interpret(end.State, frame))
        {
            case Said.Hello:
                Greet(end, (HelloFrame)frame, turn);
                break;
            case Said.Join:
                _gate.Join(end, (JoinFrame)frame, grant, turn);
                session = end.Session;
                break;
            case Said.Ping:
                if (TryHear(end, turn))
                {
                    turn.Send(end, _pong);
                }

                break;
            case Said.Pong:
                if (TryHear(end, turn))
                {
                    end.Unanswered = 0;
                }

                break;
            case Said.Accept:
                _matching.Accept(end, turn);
                break;
            case Said.Decline:
                _matching.Decline(end, turn);
                break;
            case Said.Violation:
                _matching.Close(end, GoneReason.Malformed, Malformed, turn);
                break;
        }

        Settle(session, turn);
    }

    /// <summary>What an end has sent is no frame.</summary>
    public void Reject(RelayEnd end, Turn turn) => Close(end, GoneReason.Malformed, Malformed, turn);

    /// <summary>An end has closed, or its connection has failed.</summary>
    public void Leave(RelayEnd end, Turn turn) => Close(end, GoneReason.Left, null, turn);

    /// <summary>Sends away all that wait, and whatever comes from now on. Those that are being matched finish.</summary>
    /// <param name="within">When the relay will have stopped.</param>
    /// <param name="elsewhere">Relays to go to instead.</param>
    /// <param name="turn">The turn.</param>
    public void Drain(TimeSpan within, IReadOnlyList<string> elsewhere, Turn turn) =>
        _departures.Drain(new Draining(turn.Now + Milliseconds(within), elsewhere), turn);

    /// <summary>Refuses all that are left, whatever they are at. After <see cref="Drain"/>.</summary>
    public void Finish(Turn turn) => _departures.Finish(turn);

    /// <summary>Does what is due.</summary>
    public void Tick(Turn turn)
    {
        while (_due.First is { } end && end.Due <= turn.Now)
        {
            Session? session = end.Session;
            _deadlines.Expire(end, turn);
            Settle(session, turn);
        }
    }

    private static long Milliseconds(TimeSpan span) => (long)span.TotalMilliseconds;

    private void Greet(RelayEnd end, HelloFrame hello, Turn turn)
    {
        if (hello.Versions.Contains(Version))
        {
            end.State = EndState.Joining;
            turn.Send(end, _welcome);
        }
        else
        {
            _matching.Close(end, GoneReason.Version, _version, turn);
        }
    }

    /// <summary>Takes a PING or a PONG, unless there are too many.</summary>
    private bool TryHear(RelayEnd end, Turn turn)
    {
        if (++end.Chatter <= MaxChatter)
        {
            return true;
        }

        _matching.Close(end, GoneReason.Malformed, Malformed, turn);
        return false;
    }

    private void Close(RelayEnd end, GoneReason reason, RefusedFrame? last, Turn turn)
    {
        if (end.State is not (EndState.Paired or EndState.Gone))
        {
            Session? session = end.Session;
            _matching.Close(end, reason, last, turn);
            Settle(session, turn);
        }
    }

    private void Settle(Session? session, Turn turn)
    {
        if (session is not null)
        {
            _seeking.Settle(session, turn);
        }
    }
}
