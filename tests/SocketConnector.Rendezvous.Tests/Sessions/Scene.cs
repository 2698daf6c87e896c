using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>An end with a name, which its partner is told.</summary>
internal sealed class NamedEnd(string name, UInt128 address = default) : RelayEnd(address)
{
    public override string? Origin => name;

    public override string ToString() => name;
}

/// <summary>A meeting place, a clock, and outcomes as short texts such as <c>L:OPEN X</c>, <c>X+L</c> and <c>L:REFUSED Denied|Ticket</c>.</summary>
internal sealed class Scene(MeetingOptions? options = null)
{
    public static readonly SessionName Session = new(1);

    private readonly List<Outcome> _outcomes = [];

    public MeetingOptions Options { get; } = options ?? new MeetingOptions();

    public MeetingPlace Place => field ??= new MeetingPlace(Options);

    public long Now { get; set; } = 1_000_000;

    public Turn Turn => new(Now, _outcomes);

    /// <summary>What has come out since the last time.</summary>
    public string Out()
    {
        string text = string.Join(", ", _outcomes.Select(Text));
        _outcomes.Clear();
        return text;
    }

    public string Say(RelayEnd end, Frame frame, Grant? grant = null)
    {
        Place.Receive(end, frame, grant, Turn);
        return Out();
    }

    public string Accept(RelayEnd end) => Say(end, new AcceptFrame());

    public string Decline(RelayEnd end) => Say(end, new DeclineFrame());

    public string Leave(RelayEnd end)
    {
        Place.Leave(end, Turn);
        return Out();
    }

    public string Drain(int seconds, params string[] elsewhere)
    {
        Place.Drain(TimeSpan.FromSeconds(seconds), elsewhere, Turn);
        return Out();
    }

    /// <summary>Lets time pass, from one deadline to the next.</summary>
    public string Pass(long milliseconds)
    {
        long until = Now + milliseconds;
        while (Place.NextDue <= until)
        {
            Now = Place.NextDue;
            Place.Tick(Turn);
        }

        Now = until;
        return Out();
    }

    public NamedEnd Opening(string name, UInt128 address = default)
    {
        var end = new NamedEnd(name, address);
        Place.Open(end, Turn);
        return end;
    }

    public NamedEnd Joining(string name, UInt128 address = default)
    {
        NamedEnd end = Opening(name, address);
        Say(end, new HelloFrame([1], null));
        return end;
    }

    public string Join(NamedEnd end, EndRole role, SessionName? session = null, Grant? grant = null, byte[]? early = null) =>
        Say(end, new JoinFrame(session ?? Session, role, null, early), grant ?? new Grant());

    public NamedEnd Listen(string name) => Joined(name, EndRole.Listen);

    public NamedEnd Connect(string name) => Joined(name, EndRole.Connect);

    public NamedEnd Joined(string name, EndRole role, SessionName? session = null)
    {
        NamedEnd end = Joining(name);
        Place.Receive(end, new JoinFrame(session ?? Session, role, null, default), new Grant(), Turn);
        return end;
    }

    /// <summary>An end in each state.</summary>
    public NamedEnd In(EndState state)
    {
        NamedEnd end;
        switch (state)
        {
            case EndState.Opening:
                return Opening("E");
            case EndState.Joining:
                return Joining("E");
            case EndState.Admitted:
                end = Joining("E");
                Assert.True(Place.TryAdmit(end, Turn));
                break;
            case EndState.Denied:
                end = Joining("E");
                Place.Receive(end, new JoinFrame(Session, EndRole.Listen, null, default), null, Turn);
                break;
            case EndState.Held:
                Listen("L");
                end = Connect("E");
                break;
            case EndState.Waiting:
                end = Listen("E");
                break;
            case EndState.Asked:
                end = Listen("E");
                Connect("X");
                break;
            case EndState.Paired:
                end = Listen("E");
                Connect("X");
                Accept(end);
                break;
            default:
                end = Listen("E");
                Leave(end);
                break;
        }

        Assert.Equal(state, end.State);
        Out();
        return end;
    }

    private static string Text(Outcome outcome) => outcome.Kind switch
    {
        OutcomeKind.Send => $"{outcome.End}:{Text(outcome.Frame!)}",
        OutcomeKind.Pair => $"{outcome.End}+{outcome.Partner}",
        _ => $"{outcome.End}:{(outcome.Frame is null ? "" : Text(outcome.Frame))}|{outcome.Reason}",
    };

    private static string Text(Frame frame) => frame switch
    {
        WelcomeFrame welcome => $"WELCOME {welcome.Heartbeat.TotalSeconds}",
        WaitFrame wait => $"WAIT {wait.AtMost.TotalSeconds}",
        OpenFrame open => $"OPEN {open.Partner}",
        PairedFrame paired => $"PAIRED {paired.Partner}",
        PingFrame => "PING",
        PongFrame => "PONG",
        RefusedFrame { RetryAfter: { } after } refused => $"REFUSED {refused.Code} {after.TotalMilliseconds}",
        RefusedFrame refused => $"REFUSED {refused.Code}",
        GoAwayFrame goAway => $"GOAWAY {goAway.In.TotalSeconds} {string.Join(' ', goAway.Elsewhere)}",
        _ => frame.GetType().Name,
    };
}
