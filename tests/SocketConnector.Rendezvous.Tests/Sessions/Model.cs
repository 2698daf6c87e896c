using System.Globalization;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>Drives a <see cref="MeetingPlace"/>, and checks every outcome against all ends in a list.</summary>
internal sealed class Model(MeetingOptions options)
{
    private readonly MeetingPlace _place = new(options);
    private readonly List<ModelEnd> _ends = [];
    private readonly List<Outcome> _outcomes = [];
    private long _now;
    private bool _isDraining;

    private ModelAsking Asking => field ??= new ModelAsking(options, _ends);

    private IEnumerable<ModelEnd> Present => Asking.Present;

    public void Join(EndRole role, SessionName session, bool isAllowed)
    {
        var end = new ModelEnd(_ends.Count, role, session);
        bool isFull = Present.Count(other => other.Session == session && other.Role == role) == options.MaxWaitingPerSession;
        _ends.Add(end);
        _place.Open(end.Real, new Turn(_now, _outcomes));
        _place.Receive(end.Real, new HelloFrame([1], null), null, new Turn(_now, _outcomes));
        Assert.IsType<WelcomeFrame>(Assert.Single(_outcomes).Frame);
        _outcomes.Clear();
        end.State = !_isDraining && (isFull || !isAllowed) ? EndState.Denied : EndState.Held;
        _place.Receive(end.Real, new JoinFrame(session, role, null, default), isAllowed ? new Grant("t") : null, new Turn(_now, _outcomes));
        Check();
    }

    public void Say(int which, EndState? state, Frame frame)
    {
        ModelEnd[] able = [.. _ends.Where(end => end.Verdicts == 0 && (state is null || end.State == state))];
        if (able.Length == 0)
        {
            return;
        }

        ModelEnd end = able[which % able.Length];
        if (frame is AcceptFrame)
        {
            end.HasAccepted = true;
        }
        else if (frame is DeclineFrame)
        {
            if (end.AskedFor is not null)
            {
                end.Declined.Add(end.AskedFor);
            }

            (end.State, end.AskedFor) = (EndState.Waiting, null);
        }

        _place.Receive(end.Real, frame, null, new Turn(_now, _outcomes));
        Check();
        Assert.False(end.HasAccepted, "ACCEPT has no answer");
    }

    public void Leave(int which)
    {
        ModelEnd[] able = [.. _ends.Where(static end => end.Verdicts == 0)];
        if (able.Length > 0)
        {
            _place.Leave(able[which % able.Length].Real, new Turn(_now, _outcomes));
            Check();
        }
    }

    public void Drain()
    {
        _isDraining = true;
        _place.Drain(TimeSpan.FromSeconds(5), [], new Turn(_now, _outcomes));
        Check();
        Assert.DoesNotContain(Present, static end => end.IsFree);
    }

    public void Pass(long milliseconds)
    {
        long until = _now + milliseconds;
        while (_place.NextDue <= until)
        {
            Assert.True(_place.NextDue >= _now, "due in the past");
            _now = _place.NextDue;
            _place.Tick(new Turn(_now, _outcomes));
            Assert.True(_outcomes.Count > 0 || Asking.IsLookDue(_now), "due for nothing");
            Check();
        }

        _now = until;
    }

    public void CheckThatAllIsOver()
    {
        Assert.All(_ends, static end => Assert.Equal(1, end.Verdicts));
        Assert.Equal((0, 0, (0, 0, 0), long.MaxValue), (_place.Count, _place.Waiting, _place.Remembered, _place.NextDue));
    }

    private void Check()
    {
        foreach (Outcome outcome in _outcomes)
        {
            ModelEnd end = Of(outcome.End);
            Assert.Equal(0, end.Verdicts);
            switch (outcome)
            {
                case { Kind: OutcomeKind.Pair }:
                    CheckPair(end, Of(outcome.Partner!));
                    break;
                case { Kind: OutcomeKind.Close }:
                    CheckClose(end, outcome);
                    break;
                case { Frame: OpenFrame open }:
                    Asking.Open(end, _ends[int.Parse(open.Partner!, CultureInfo.InvariantCulture)], _now);
                    break;
                case { Frame: WaitFrame }:
                    CheckWait(end);
                    break;
                case { Frame: PairedFrame paired }:
                    Assert.True(end.IsSilent, "PAIRED to an end that may be sending");
                    Assert.NotEqual(end.Role, _ends[int.Parse(paired.Partner!, CultureInfo.InvariantCulture)].Role);
                    (end.WasHeld, end.State, end.HasAccepted) = (end.State == EndState.Held, EndState.Paired, false);
                    break;
                case { Frame: PingFrame }:
                    Assert.True(end.IsFree, "PING to an end that is silent or asked");
                    break;
                default:
                    Assert.IsType<PongFrame>(outcome.Frame);
                    break;
            }
        }

        _outcomes.Clear();
        Asking.CheckThatNobodyIsForgotten(_now);
        Assert.Equal(Present.Count(), _place.Waiting);
        Assert.All(_ends, static end => Assert.Equal(end.State, end.Real.State));
    }

    private void CheckWait(ModelEnd end)
    {
        Assert.True(end.IsSilent, "WAIT to an end that has it");
        Assert.False(_isDraining, "WAIT from a relay that stops");
        if (end.State == EndState.Held)
        {
            Asking.LetWait(end);
        }

        (end.State, end.HasAccepted, end.AskedFor) = (EndState.Waiting, false, null);
    }

    private void CheckPair(ModelEnd connecting, ModelEnd listening)
    {
        Assert.Equal((EndRole.Connect, EndRole.Listen), (connecting.Role, listening.Role));
        Assert.Equal(connecting.Session, listening.Session);
        Assert.Equal((EndState.Paired, EndState.Paired), (connecting.State, listening.State));
        Assert.Equal(0, listening.Verdicts++);
        connecting.Verdicts++;
        Asking.Pair(connecting, listening, _now);
    }

    private void CheckClose(ModelEnd end, Outcome outcome)
    {
        Assert.Equal(outcome.Reason is GoneReason.Ticket or GoneReason.SessionFull, outcome.Frame is RefusedFrame { Code: RefusalCode.Denied });
        Assert.True(!end.HasAccepted || outcome.Frame is RefusedFrame, "ACCEPT has an answer that is none");
        Assert.True(outcome.Reason != GoneReason.Unanswered || end.AskedAt + (long)options.AnswerWithin.TotalMilliseconds == _now, "dropped at a wrong time");
        (end.State, end.HasAccepted, end.Verdicts) = (EndState.Gone, false, 1);
        Asking.Forget(end);
    }

    private ModelEnd Of(RelayEnd end) => _ends.First(known => known.Real == end);
}
