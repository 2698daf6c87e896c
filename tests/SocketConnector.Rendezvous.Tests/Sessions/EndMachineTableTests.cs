using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>Every state with everything that can happen in it.</summary>
public sealed class EndMachineTableTests
{
    private static readonly TimeSpan _now = TimeSpan.FromSeconds(1);

    // What the machine does, and where it is then.
    private static readonly Dictionary<(Place Place, string Event), (string Step, EndMachineState Then)> _allowed = new()
    {
        [(Place.Opening, "WELCOME")] = ("", EndMachineState.Joining),
        [(Place.Opening, "REFUSED")] = ("Refused", EndMachineState.Gone),
        [(Place.Joining, "WAIT")] = ("", EndMachineState.Waiting),
        [(Place.Joining, "PAIRED")] = ("Paired", EndMachineState.Paired),
        [(Place.Joining, "REFUSED")] = ("Refused", EndMachineState.Gone),
        [(Place.Waiting, "PING")] = ("PONG", EndMachineState.Waiting),
        [(Place.Waiting, "PONG")] = ("", EndMachineState.Waiting),
        [(Place.Waiting, "WAIT")] = ("", EndMachineState.Waiting),
        [(Place.Waiting, "OPEN")] = ("asks", EndMachineState.Answering),
        [(Place.Waiting, "REFUSED")] = ("Refused", EndMachineState.Gone),
        [(Place.Waiting, "GOAWAY")] = ("GoAway", EndMachineState.Gone),
        [(Place.Asked, "PONG")] = ("", EndMachineState.Answering),
        [(Place.Asked, "WAIT")] = ("DECLINE", EndMachineState.Waiting),
        [(Place.Asked, "REFUSED")] = ("Refused", EndMachineState.Gone),
        [(Place.Asked, "GOAWAY")] = ("", EndMachineState.Answering),
        [(Place.Asked, "yes")] = ("ACCEPT", EndMachineState.Answering),
        [(Place.Asked, "no")] = ("DECLINE", EndMachineState.Waiting),
        [(Place.Accepted, "PONG")] = ("", EndMachineState.Answering),
        [(Place.Accepted, "WAIT")] = ("", EndMachineState.Waiting),
        [(Place.Accepted, "PAIRED")] = ("Paired", EndMachineState.Paired),
        [(Place.Accepted, "REFUSED")] = ("Refused", EndMachineState.Gone),
        [(Place.Accepted, "GOAWAY")] = ("", EndMachineState.Answering),
    };

    public static TheoryData<string, string> All => new(
        from place in Enum.GetNames<Place>()
        from what in (string[])[.. EndMachineRig.Frames.Keys, "yes", "no", "tick", "loss"]
        select (place, what));

    [Theory]
    [MemberData(nameof(All))]
    public void An_end_takes_from_its_relay_what_the_state_allows_and_nothing_else(string at, string what)
    {
        Place place = Enum.Parse<Place>(at);
        EndMachine machine = EndMachineRig.At(place, _now);
        EndMachineState before = machine.State;
        Assert.Equal(EndMachineRig.StateOf(place), before);
        EndStep step = what switch
        {
            "yes" => machine.Answer(accept: true, _now),
            "no" => machine.Answer(accept: false, _now),
            "tick" => machine.Tick(_now),
            "loss" => machine.Lose("the connection was reset"),
            _ => machine.Receive(EndMachineRig.Frames[what], _now),
        };
        bool isOver = before is EndMachineState.Paired or EndMachineState.Gone;
        (string Step, EndMachineState Then) expected = _allowed.TryGetValue((place, what), out (string, EndMachineState) allowed) ? allowed
            : isOver || what is "yes" or "no" or "tick" ? ("", before)
            : (what != "loss" ? "Broken" : place == Place.Opening ? "Unanswered" : "Dead", EndMachineState.Gone);
        Assert.Equal(expected, (EndMachineRig.Text(step), machine.State));
        if (step.Verdict is EndVerdict.Broken { Reason: var reason })
        {
            Assert.Equal($"{what} while {place}".Replace("Asked", "Answering", StringComparison.Ordinal), reason);
        }
    }

    [Fact]
    public void It_begins_with_HELLO_and_JOIN()
    {
        var machine = new EndMachine(EndMachineRig.Hello, EndMachineRig.Join, _now);
        Assert.Equal<Frame>([EndMachineRig.Hello, EndMachineRig.Join], machine.First);
    }

    [Fact]
    public void What_a_relay_says_of_the_outcome_is_passed_on()
    {
        Assert.Equal(new EndVerdict.Paired("there"), Verdict(Place.Accepted, "PAIRED"));
        Assert.Equal(new EndVerdict.Paired("there"), Verdict(Place.Joining, "PAIRED"));
        Assert.Equal(new EndVerdict.Refused(RefusalCode.Busy, TimeSpan.FromSeconds(3)), Verdict(Place.Waiting, "REFUSED"));
        EndVerdict.GoAway away = Assert.IsType<EndVerdict.GoAway>(Verdict(Place.Waiting, "GOAWAY"));
        Assert.Equal((TimeSpan.FromSeconds(5), "other:7000"), (away.In, Assert.Single(away.Elsewhere)));
        Assert.Same(EndMachineRig.Open, EndMachineRig.At(Place.Waiting, _now).Receive(EndMachineRig.Open, _now).Question);

        static EndVerdict? Verdict(Place place, string frame) => EndMachineRig.At(place, _now).Receive(EndMachineRig.Frames[frame], _now).Verdict;
    }
}
