using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>Heartbeats, answers that are due, and times that a hostile relay names.</summary>
public sealed class EndMachineTimeTests
{
    private static readonly TimeSpan _beat = EndMachineRig.Heartbeat;

    [Fact]
    public void A_relay_that_answers_no_ping_is_dead_a_heartbeat_after_the_third()
    {
        EndMachine machine = EndMachineRig.At(Place.Waiting);
        for (int i = 1; i <= EndBounds.MaxUnanswered; i++)
        {
            Assert.Equal(_beat * i, machine.Due);
            Assert.Equal("", EndMachineRig.Text(machine.Tick((_beat * i) - TimeSpan.FromTicks(1))));
            Assert.Equal("PING", EndMachineRig.Text(machine.Tick(_beat * i)));
        }

        Assert.Equal("the relay has answered none of 3 pings", Assert.IsType<EndVerdict.Dead>(machine.Tick(_beat * 4).Verdict).Reason);
        Assert.Null(machine.Due);
    }

    [Theory]
    [InlineData("PONG")]
    [InlineData("PING")]
    [InlineData("WAIT")]
    public void Whatever_a_relay_says_shows_that_it_lives(string frame)
    {
        EndMachine machine = EndMachineRig.At(Place.Waiting);
        TimeSpan now = default;
        for (int i = 0; i < 10; i++)
        {
            now = machine.Due!.Value;
            Assert.Equal("PING", EndMachineRig.Text(machine.Tick(now)));
            machine.Receive(EndMachineRig.Frames[frame], now);
        }

        Assert.Equal(_beat * 10, now);
    }

    [Fact]
    public void After_a_sleep_of_its_machine_an_end_pings_once_and_not_for_each_that_it_missed()
    {
        EndMachine machine = EndMachineRig.At(Place.Waiting);
        Assert.Equal("PING", EndMachineRig.Text(machine.Tick(_beat * 10)));
        Assert.Equal(_beat * 11, machine.Due);
    }

    [Theory]
    [InlineData(nameof(Place.Opening), 30)]
    [InlineData(nameof(Place.Joining), 120)]
    [InlineData(nameof(Place.Accepted), 30)]
    public void A_relay_that_owes_an_answer_for_too_long_is_dead(string place, int seconds)
    {
        EndMachine machine = EndMachineRig.At(Enum.Parse<Place>(place));
        Assert.Equal(TimeSpan.FromSeconds(seconds), machine.Due);
        string reason = $"the relay owes an answer for too long while {place}";
        EndVerdict expected = place == nameof(Place.Opening) ? new EndVerdict.Unanswered(reason) : new EndVerdict.Dead(reason);
        Assert.Equal(expected, machine.Tick(TimeSpan.FromSeconds(seconds)).Verdict);
    }

    [Fact]
    public void A_question_that_its_caller_leaves_open_is_declined_in_time()
    {
        EndMachine machine = EndMachineRig.At(Place.Asked);
        Assert.Equal(EndMachineRig.Open.Within, machine.Due);
        Assert.Equal("DECLINE", EndMachineRig.Text(machine.Tick(EndMachineRig.Open.Within)));
        Assert.Equal("", EndMachineRig.Text(machine.Answer(accept: true, EndMachineRig.Open.Within)));
        Assert.Equal(EndMachineState.Waiting, machine.State);
    }

    [Fact]
    public void A_yes_that_comes_too_late_is_a_no()
    {
        EndMachine machine = EndMachineRig.At(Place.Asked);
        Assert.Equal("DECLINE", EndMachineRig.Text(machine.Answer(accept: true, EndMachineRig.Open.Within)));
    }

    [Fact]
    public void A_wait_that_the_relay_has_forgotten_is_over_after_a_while()
    {
        EndMachine machine = EndMachineRig.At(Place.Waiting);
        TimeSpan now = default;
        EndStep step = EndStep.None;
        while (step.Verdict is null)
        {
            now = machine.Due!.Value;
            step = machine.Tick(now);
            machine.Receive(new PongFrame(), now);
        }

        Assert.Equal(new EndVerdict.Dead("the relay has let the time pass that the end might wait"), step.Verdict);
        Assert.Equal(EndMachineRig.Wait.AtMost + (_beat * 4), now);
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, null)]
    [InlineData(1, 1)]
    [InlineData(240, 240)]
    [InlineData(241, 240)]
    [InlineData(3_000_000_000, 240)]
    public void A_heartbeat_of_nothing_breaks_the_protocol_and_a_huge_one_is_cut(long seconds, int? expected)
    {
        EndMachine machine = EndMachineRig.At(Place.Opening);
        EndStep step = machine.Receive(new WelcomeFrame(1, TimeSpan.FromSeconds(seconds), null), default);
        machine.Receive(EndMachineRig.Wait, default);
        Assert.Equal(expected is null, step.Verdict is EndVerdict.Broken);
        Assert.Equal(expected is { } due ? TimeSpan.FromSeconds(due) : null, machine.Due);
    }

    [Fact]
    public void A_version_that_was_not_offered_breaks_the_protocol() => Assert.Equal(
        new EndVerdict.Broken("WELCOME to version 2, which was not offered"),
        EndMachineRig.At(Place.Opening).Receive(EndMachineRig.Welcome with { Version = 2 }, default).Verdict);

    /// <summary>No time that a relay can name makes a timer of the end's overflow, or keeps it away for good.</summary>
    [Fact]
    public void Absurd_times_are_cut()
    {
        TimeSpan now = TimeSpan.FromDays(1);
        foreach ((TimeSpan told, bool isLong) in new[] { (TimeSpan.MinValue, false), (TimeSpan.MaxValue, true) })
        {
            EndMachine waiting = EndMachineRig.At(Place.Joining, now);
            waiting.Receive(new WaitFrame(told), now);
            Assert.Equal(now + _beat, waiting.Due);
            EndMachine asked = EndMachineRig.At(Place.Waiting, now);
            asked.Receive(new OpenFrame(told, null), now);
            Assert.Equal(now + (isLong ? EndBounds.MaxSilence : default), asked.Due);
            Assert.Equal(
                new EndVerdict.Refused(RefusalCode.Busy, isLong ? EndBounds.MaxAway : default),
                EndMachineRig.At(Place.Joining, now).Receive(new RefusedFrame(RefusalCode.Busy, told), now).Verdict);
            Assert.Equal(
                isLong ? EndBounds.MaxAway : default,
                Assert.IsType<EndVerdict.GoAway>(EndMachineRig.At(Place.Waiting, now).Receive(new GoAwayFrame(told, []), now).Verdict).In);
        }
    }
}
