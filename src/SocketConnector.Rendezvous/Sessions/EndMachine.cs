using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>
/// The end's side of SCR/1 until it is paired. Pure: frames, answers, ticks and a loss in; frames, a question and at most one verdict
/// out. Times are of any clock that does not go back. After a verdict nothing has an effect.
/// </summary>
/// <remarks>
/// Every OPEN is answered exactly once, even one that WAIT has withdrawn meanwhile: otherwise an ACCEPT that crosses the WAIT could be
/// taken for the answer to the next OPEN, and the answer to that would reach the partner.
/// </remarks>
internal sealed class EndMachine
{
    private readonly HelloFrame _hello;
    private TimeSpan _heartbeat;
    private TimeSpan _answerDue;
    private TimeSpan _waitOver;
    private TimeSpan _pingDue;
    private int _unanswered;
    private bool _hasAccepted;
    private GoAwayFrame? _goAway;

    /// <param name="hello">What it speaks.</param>
    /// <param name="join">Where it wants to meet whom.</param>
    /// <param name="now">When <see cref="First"/> is sent.</param>
    public EndMachine(HelloFrame hello, JoinFrame join, TimeSpan now)
    {
        _hello = hello;
        First = [hello, join];
        _answerDue = now + EndBounds.MaxSilence;
    }

    /// <summary>HELLO and JOIN, to be sent in one go behind the opening.</summary>
    public IReadOnlyList<Frame> First { get; }

    public EndMachineState State { get; private set; } = EndMachineState.Opening;

    /// <summary>When <see cref="Tick"/> has something to do; <see langword="null"/> after a verdict. Changes with every call.</summary>
    public TimeSpan? Due => State switch
    {
        EndMachineState.Paired or EndMachineState.Gone => null,
        EndMachineState.Waiting => _pingDue < _waitOver ? _pingDue : _waitOver,
        _ => _answerDue,
    };

    /// <summary>A frame of the relay's.</summary>
    public EndStep Receive(Frame frame, TimeSpan now) => (State, frame) switch
    {
        (EndMachineState.Paired or EndMachineState.Gone, _) => EndStep.None,
        (_, RefusedFrame refused) => Refuse(refused),
        (EndMachineState.Opening, WelcomeFrame welcome) => Welcome(welcome, now),
        (EndMachineState.Joining or EndMachineState.Answering, WaitFrame wait) => Wait(wait, now),

        // An ACCEPT that crossed a WAIT may be answered by one more.
        (EndMachineState.Waiting, WaitFrame wait) => WaitOn(wait, now),
        (EndMachineState.Joining, PairedFrame paired) => End(EndMachineState.Paired, new EndVerdict.Paired(paired.Partner)),
        (EndMachineState.Waiting, OpenFrame open) => Ask(open, now),
        (EndMachineState.Waiting, PingFrame) => Pong(),
        (EndMachineState.Waiting, GoAwayFrame goAway) => Leave(goAway),

        // A PING may cross OPEN, and its PONG then comes before or even after the answer to that.
        (EndMachineState.Waiting or EndMachineState.Answering, PongFrame) => Hear(),
        (EndMachineState.Answering, PairedFrame paired) when _hasAccepted => End(EndMachineState.Paired, new EndVerdict.Paired(paired.Partner)),
        (EndMachineState.Answering, GoAwayFrame goAway) => Hold(goAway),
        _ => Break($"{NameOf(frame)} while {StateText}"),
    };

    /// <summary>The answer to a question.</summary>
    /// <param name="accept">Whether the end wants to be paired. Too late it is a DECLINE all the same.</param>
    /// <param name="now">The time.</param>
    /// <returns>No step if the question is no longer open: the connection may have ended, or its time may have run out.</returns>
    public EndStep Answer(bool accept, TimeSpan now)
    {
        if (State != EndMachineState.Answering || _hasAccepted)
        {
            return EndStep.None;
        }

        if (!accept || now >= _answerDue)
        {
            return Return(now, EndStep.Send(new DeclineFrame()));
        }

        _hasAccepted = true;
        _answerDue = now + EndBounds.MaxSilence;
        return EndStep.Send(new AcceptFrame());
    }

    /// <summary>Does what is due at <paramref name="now"/>. Calling it early or late is harmless.</summary>
    public EndStep Tick(TimeSpan now)
    {
        if (now < (Due ?? TimeSpan.MaxValue))
        {
            return EndStep.None;
        }

        switch (State)
        {
            case EndMachineState.Paired or EndMachineState.Gone:
                return EndStep.None;
            case EndMachineState.Answering when !_hasAccepted:
                return Answer(accept: false, now);
            case not EndMachineState.Waiting:
                return Lose($"the relay owes an answer for too long while {StateText}");
        }

        if (now >= _waitOver)
        {
            return Lose("the relay has let the time pass that the end might wait");
        }

        if (_unanswered == EndBounds.MaxUnanswered)
        {
            return Lose($"the relay has answered none of {_unanswered} pings");
        }

        _unanswered++;
        _pingDue = now + _heartbeat;
        return EndStep.Send(new PingFrame());
    }

    /// <summary>The connection has ended or failed, or the relay is taken for dead.</summary>
    /// <param name="reason">For a log.</param>
    public EndStep Lose(string reason) => State switch
    {
        EndMachineState.Paired or EndMachineState.Gone => EndStep.None,
        EndMachineState.Opening => End(EndMachineState.Gone, new EndVerdict.Unanswered(reason)),
        _ when _goAway is { } goAway => Leave(goAway),
        _ => End(EndMachineState.Gone, new EndVerdict.Dead(reason)),
    };

    private string StateText => State == EndMachineState.Answering && _hasAccepted ? "Accepted" : State.ToString();

    private EndStep Welcome(WelcomeFrame welcome, TimeSpan now)
    {
        if (!_hello.Versions.Contains(welcome.Version))
        {
            return Break($"WELCOME to version {welcome.Version}, which was not offered");
        }

        if (welcome.Heartbeat < EndBounds.MinHeartbeat)
        {
            return Break("WELCOME with a heartbeat of less than 1 s");
        }

        _heartbeat = EndBounds.Clamp(welcome.Heartbeat, EndBounds.MaxHeartbeat);
        State = EndMachineState.Joining;
        _answerDue = now + EndBounds.MaxJoining;
        return EndStep.None;
    }

    private EndStep Wait(WaitFrame wait, TimeSpan now)
    {
        bool isWithdrawn = State == EndMachineState.Answering && !_hasAccepted;
        WaitOn(wait, now);
        return Return(now, isWithdrawn ? EndStep.Send(new DeclineFrame()) : EndStep.None);
    }

    private EndStep WaitOn(WaitFrame wait, TimeSpan now)
    {
        // The relay ends the wait itself. The extra heartbeats leave it time to, or the pings time to find it dead.
        _waitOver = now + EndBounds.Clamp(wait.AtMost, EndBounds.MaxWait) + (_heartbeat * (EndBounds.MaxUnanswered + 1));
        return Hear();
    }

    /// <summary>To waiting, or away where GOAWAY came in the middle of an answer.</summary>
    private EndStep Return(TimeSpan now, EndStep step)
    {
        State = EndMachineState.Waiting;
        _hasAccepted = false;
        _unanswered = 0;
        _pingDue = now + _heartbeat;
        return _goAway is { } goAway ? Leave(goAway) with { Frames = step.Frames } : step;
    }

    private EndStep Ask(OpenFrame open, TimeSpan now)
    {
        State = EndMachineState.Answering;
        _answerDue = now + EndBounds.Clamp(open.Within, EndBounds.MaxSilence);
        return EndStep.Ask(open);
    }

    private EndStep Pong()
    {
        _unanswered = 0;
        return EndStep.Send(new PongFrame());
    }

    private EndStep Hear()
    {
        _unanswered = 0;
        return EndStep.None;
    }

    private EndStep Hold(GoAwayFrame goAway)
    {
        _goAway = goAway;
        return EndStep.None;
    }

    private EndStep Leave(GoAwayFrame goAway) =>
        End(EndMachineState.Gone, new EndVerdict.GoAway(EndBounds.Clamp(goAway.In, EndBounds.MaxAway), goAway.Elsewhere));

    /// <summary>A relay that has sent GOAWAY may still refuse. GOAWAY wins, since it names other relays.</summary>
    private EndStep Refuse(RefusedFrame refused) => _goAway is { } goAway && refused.Code == RefusalCode.Draining
        ? Leave(goAway)
        : End(EndMachineState.Gone, new EndVerdict.Refused(refused.Code, refused.RetryAfter is { } after ? EndBounds.Clamp(after, EndBounds.MaxAway) : null));

    private EndStep Break(string reason) => End(EndMachineState.Gone, new EndVerdict.Broken(reason));

    private EndStep End(EndMachineState state, EndVerdict verdict)
    {
        State = state;
        return EndStep.End(verdict);
    }

    private static string NameOf(Frame frame) => frame.GetType().Name.Replace("Frame", "", StringComparison.Ordinal).ToUpperInvariant();
}
