using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>Frames that are under way in both directions at once.</summary>
public sealed class EndMachineCrossingTests
{
    private static readonly TimeSpan _beat = EndMachineRig.Heartbeat;

    /// <summary>The relay has asked when it reads the PING. Its PONG is in front of PAIRED, whenever it sends it.</summary>
    [Theory]
    [InlineData("OPEN,PONG,yes,PAIRED")]
    [InlineData("OPEN,yes,PONG,PAIRED")]
    [InlineData("PONG,OPEN,yes,PAIRED")]
    [InlineData("OPEN,yes,PAIRED")]
    public void A_PING_that_crosses_OPEN_is_answered_or_not_and_nothing_follows_ACCEPT(string events) =>
        Assert.Equal(["PING", "ACCEPT", "Paired"], Play(events));

    /// <summary>The relay's PING is in front of its OPEN, and so is the PONG in front of ACCEPT.</summary>
    [Fact]
    public void A_PING_in_front_of_OPEN_is_answered_in_front_of_ACCEPT() =>
        Assert.Equal(["PING", "PONG", "ACCEPT", "Paired"], Play("PING,OPEN,yes,PAIRED"));

    /// <summary>A relay does not ping between OPEN and the outcome: the PONG could end up with the partner.</summary>
    [Theory]
    [InlineData("OPEN,PING", "PING", "Broken")]
    [InlineData("OPEN,yes,PING", "PING", "ACCEPT", "Broken")]
    public void A_PING_behind_OPEN_breaks_the_protocol(string events, params string[] expected) => Assert.Equal(expected, Play(events));

    /// <summary>The partner has gone while the ACCEPT was under way: WAIT is the answer to it, or was in front of it and is said twice.</summary>
    [Theory]
    [InlineData("OPEN,yes,WAIT,OPEN,yes,PAIRED")]
    [InlineData("OPEN,yes,WAIT,WAIT,OPEN,yes,PAIRED")]
    public void An_ACCEPT_may_be_answered_with_WAIT(string events) =>
        Assert.Equal(["PING", "ACCEPT", "ACCEPT", "Paired"], Play(events));

    /// <summary>Or the relay could not tell to which OPEN the ACCEPT is that comes.</summary>
    [Theory]
    [InlineData("OPEN,WAIT,yes", "PING", "DECLINE")]
    [InlineData("OPEN,WAIT,yes,OPEN,yes,PAIRED", "PING", "DECLINE", "ACCEPT", "Paired")]
    public void An_OPEN_that_is_withdrawn_is_answered_once_as_any(string events, params string[] expected) => Assert.Equal(expected, Play(events));

    [Theory]
    [InlineData("OPEN,GOAWAY,yes,PAIRED", "PING", "ACCEPT", "Paired")]
    [InlineData("OPEN,yes,GOAWAY,PAIRED", "PING", "ACCEPT", "Paired")]
    [InlineData("OPEN,yes,GOAWAY,WAIT", "PING", "ACCEPT", "GoAway")]
    [InlineData("OPEN,GOAWAY,no", "PING", "DECLINE GoAway")]
    [InlineData("OPEN,GOAWAY,WAIT", "PING", "DECLINE GoAway")]
    [InlineData("OPEN,yes,GOAWAY,loss", "PING", "ACCEPT", "GoAway")]
    [InlineData("OPEN,yes,GOAWAY,REFUSED", "PING", "ACCEPT", "Refused")]
    public void GOAWAY_takes_effect_when_the_answer_has_had_its_outcome(string events, params string[] expected) => Assert.Equal(expected, Play(events));

    [Fact]
    public void A_relay_that_refuses_because_it_stops_has_said_where_else_to_go()
    {
        EndMachine machine = EndMachineRig.At(Place.Accepted);
        machine.Receive(EndMachineRig.GoAway, default);
        Assert.IsType<EndVerdict.GoAway>(machine.Receive(new RefusedFrame(RefusalCode.Draining, null), default).Verdict);
    }

    /// <summary>Pings from before OPEN are not counted behind it, as the relay need not have answered them.</summary>
    [Theory]
    [InlineData("OPEN,no")]
    [InlineData("OPEN,yes,WAIT")]
    public void An_end_that_waits_again_counts_unanswered_pings_anew(string events)
    {
        EndMachine machine = EndMachineRig.At(Place.Waiting);
        for (int i = 1; i <= EndBounds.MaxUnanswered; i++)
        {
            machine.Tick(_beat * i);
        }

        foreach (string each in events.Split(','))
        {
            Step(machine, each, _beat * 3);
        }

        Assert.Equal(_beat * 4, machine.Due);
        Assert.Equal("PING", EndMachineRig.Text(machine.Tick(_beat * 4)));
    }

    /// <summary>An end that waits and has just pinged.</summary>
    private static List<string> Play(string events)
    {
        EndMachine machine = EndMachineRig.At(Place.Waiting);
        IEnumerable<string> all = ["tick", .. events.Split(',')];
        return [.. all.Select(each => Step(machine, each, _beat)).Where(static text => text is not ("" or "asks"))];
    }

    private static string Step(EndMachine machine, string what, TimeSpan now) => EndMachineRig.Text(what switch
    {
        "yes" => machine.Answer(accept: true, now),
        "no" => machine.Answer(accept: false, now),
        "tick" => machine.Tick(now),
        "loss" => machine.Lose("lost"),
        _ => machine.Receive(EndMachineRig.Frames[what], now),
    });
}
