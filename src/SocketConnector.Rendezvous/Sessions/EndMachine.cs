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

    public EndState State { get; private set; } = EndState.Opening;

    /// <summary>When <see cref="Tick"/> has something to do; <see langword="null"/> after a verdict. Changes with every call.</summary>
    public TimeSpan? Due => State switch
    {
        EndState.Paired or EndState.Gone => null,
        EndState.Waiting => _pingDue < _waitOver ? _pingDue : _waitOver,
        _ => _answerDue,
    };

    /// <summary>A frame of the relay's.</summary>
    public EndStep Receive(Frame frame, TimeSpan now) => (State, frame) switch
    {
        (EndState.Paired or EndState.Gone, _) => EndStep.None,
        (_, RefusedFrame refused) => Refuse(refused),
        (EndState.Opening, WelcomeFrame welcome) => Welcome(welcome, now),
        (EndState.Joining or EndState.Answering, WaitFrame wait) => Wait(wait, now),

        // An ACCEPT that crossed a WAIT may be answered by one more.
        (EndState.Waiting, WaitFrame wait) => WaitOn(wait, now),
        (EndState.Joining, PairedFrame paired) => End(EndState.Paired, new EndVerdict.Paired(paired.Partner)),
        (EndState.Waiting, OpenFrame open) => Ask(open, now),
        (EndState.Waiting, PingFrame) => Pong(),
        (EndState.Waiting, GoAwayFrame goAway) => Leave(goAway),

        // A PING may cross OPEN, and its PONG then comes before or even after the answer to that.
        (EndState.Waiting or EndState.Answering, PongFrame) => Hear(),
        (EndState.Answering, PairedFrame paired) when _hasAccepted => End(EndState.Paired, new EndVerdict.Paired(paired.Partner)),
        (EndState.Answering, GoAwayFrame goAway) => Hold(goAway),
        _ => Break($"{NameOf(frame)} while {StateText}"),
    };

    /// <summary>The answer to a question.</summary>
    /// <param name="accept">Whether the end wants to be paired. Too late it is a DECLINE all the same.</param>
    /// <param name="now">The time.</param>
    /// <returns>Nothing where no question is open any more, which may be so without the caller's doing.</returns>
    public EndStep Answer(bool accept, TimeSpan now)
    {
        if (State != EndState.Answering || _hasAccepted)
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

    /// <summary>Time has passed. Early or late is no harm.</summary>
    public EndStep Tick(TimeSpan now)
    {
        if (now < (Due ?? TimeSpan.MaxValue))
        {
            return EndStep.None;
        }

        switch (State)
        {
            case EndState.Paired or EndState.Gone:
                return EndStep.None;
            case EndState.Answering when !_hasAccepted:
                return Answer(accept: false, now);
            case not EndState.Waiting:
                return Lose($"the relay has said nothing for {EndBounds.MaxSilence.TotalSeconds:0} s while {StateText}");
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
        EndState.Paired or EndState.Gone => EndStep.None,
        _ when _goAway is { } goAway => Leave(goAway),
        _ => End(EndState.Gone, new EndVerdict.Dead(reason)),
    };

    private string StateText => State == EndState.Answering && _hasAccepted ? "Accepted" : State.ToString();

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
        State = EndState.Joining;
        _answerDue = now + EndBounds.MaxSilence;
        return EndStep.None;
    }

    private EndStep Wait(WaitFrame wait, TimeSpan now)
    {
        bool isWithdrawn = State == EndState.Answering && !_hasAccepted;
        WaitOn(wait, now);
        return Return(now, isWithdrawn ? EndStep.Send(new DeclineFrame()) : EndStep.None);
    }

    private EndStep WaitOn(WaitFrame wait, TimeSpan now)
    {
        // The relay is to say when the time is over; the pings would show that it is not there to say so.
        _waitOver = now + EndBounds.Clamp(wait.AtMost, EndBounds.MaxWait) + (_heartbeat * (EndBounds.MaxUnanswered + 1));
        return Hear();
    }

    /// <summary>To waiting, or away where GOAWAY came in the middle of an answer.</summary>
    private EndStep Return(TimeSpan now, EndStep step)
    {
        State = EndState.Waiting;
        _hasAccepted = false;
        _unanswered = 0;
        _pingDue = now + _heartbeat;
        return _goAway is { } goAway ? Leave(goAway) with { Frames = step.Frames } : step;
    }

    private EndStep Ask(OpenFrame open, TimeSpan now)
    {
        State = EndState.Answering;
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
        End(EndState.Gone, new EndVerdict.GoAway(EndBounds.Clamp(goAway.In, EndBounds.MaxAway), goAway.Elsewhere));

    /// <summary>A relay that stops may refuse what it would have let wait: where else to go is worth more than that.</summary>
    private EndStep Refuse(RefusedFrame refused) => _goAway is { } goAway && refused.Code == RefusalCode.Draining
        ? Leave(goAway)
        : End(EndState.Gone, new EndVerdict.Refused(refused.Code, refused.RetryAfter is { } after ? EndBounds.Clamp(after, EndBounds.MaxAway) : null));

    private EndStep Break(string reason) => End(EndState.Gone, new EndVerdict.Broken(reason));

    private EndStep End(EndState state, EndVerdict verdict)
    {
        State = state;
        return EndStep.End(verdict);
    }

    private static string NameOf(Frame frame) => frame.GetType().Name.Replace("Frame", "", StringComparison.Ordinal).ToUpperInvariant();
}
