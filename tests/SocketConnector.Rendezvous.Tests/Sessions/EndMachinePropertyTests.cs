using FsCheck;
using FsCheck.Fluent;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>What holds whatever a relay says and whenever.</summary>
public sealed class EndMachinePropertyTests
{
    private const int Cases = 3000;

    private static Gen<TimeSpan> Times => Gen.OneOf(
        Gen.Elements(TimeSpan.MinValue, TimeSpan.MaxValue, TimeSpan.Zero, TimeSpan.FromTicks(-1)),
        Gen.Choose(0, 100_000).Select(static milliseconds => TimeSpan.FromMilliseconds(milliseconds)));

    /// <summary>What an honest relay often says comes often, or no sequence would get far.</summary>
    private static Gen<Frame> Frames => Gen.Frequency(
        (6, Gen.Elements([.. EndMachineRig.Frames.Values])),
        (4, Gen.Elements<Frame>(EndMachineRig.Welcome, EndMachineRig.Wait, EndMachineRig.Open)),
        (1, from time in Times
            from frame in Gen.Elements<Frame>(
                new WelcomeFrame(1, time, "a relay"), new WaitFrame(time), new OpenFrame(time, null), new RefusedFrame(RefusalCode.Draining, time), new GoAwayFrame(time, []))
            select frame));

    private static Gen<Event[]> Events => Gen.ArrayOf(
        from waited in Gen.Frequency((3, Gen.Constant(0)), (2, Gen.Choose(0, 30_000)))
        from frame in Frames
        from what in Gen.Frequency((12, Gen.Constant(What.Frame)), (3, Gen.Constant(What.Tick)), (5, Gen.Elements(What.Yes, What.No)), (1, Gen.Constant(What.Loss)))
        select new Event(what, frame, TimeSpan.FromMilliseconds(waited)));

    [Fact]
    public Task An_end_never_throws_keeps_silent_and_comes_to_one_verdict() => Seeded.CheckAsync(Events, Cases, events =>
    {
        var machine = new EndMachine(EndMachineRig.Hello, EndMachineRig.Join, default);
        (int verdicts, int asked, int answered, TimeSpan now) = (0, 0, 0, default);
        foreach (Event each in (IEnumerable<Event>)[.. _prelude, .. events])
        {
            now += each.Waited;
            EndMachineState before = machine.State;
            bool isSilent = before is EndMachineState.Opening or EndMachineState.Joining || (before == EndMachineState.Answering && answered == asked);
            EndStep step = Play(machine, each, now);
            verdicts += step.Verdict is null ? 0 : 1;
            asked += step.Question is null ? 0 : 1;
            answered += step.Frames.Count(frame => frame is AcceptFrame or DeclineFrame);

            Assert.True(!isSilent || step.Frames.Count == 0, $"{EndMachineRig.Text(step)} in a silent state");
            Assert.True(step.Frames.All(frame => frame is AcceptFrame or DeclineFrame || (frame is PingFrame or PongFrame && before == EndMachineState.Waiting)));
            Assert.InRange(answered, asked - 1, asked);
            Assert.True(answered == asked || machine.State is EndMachineState.Answering or EndMachineState.Gone);
            Assert.Equal(verdicts == 0 ? 0 : 1, verdicts);
            Assert.Equal(verdicts == 0, machine.State is not (EndMachineState.Paired or EndMachineState.Gone));
            Assert.Equal(verdicts == 0, machine.Due is not null);
            Assert.True(machine.State != EndMachineState.Paired || asked == 0 || step.Verdict is null || (before is EndMachineState.Answering && isSilent));
        }
    });

    /// <summary>Ticks at the due times come to an end, so a caller's timer does not spin.</summary>
    [Fact]
    public Task A_relay_that_falls_silent_is_noticed_in_bounded_time() => Seeded.CheckAsync(Events, Cases, events =>
    {
        var machine = new EndMachine(EndMachineRig.Hello, EndMachineRig.Join, default);
        TimeSpan now = default;
        foreach (Event each in (IEnumerable<Event>)[.. _prelude, .. events])
        {
            now += each.Waited;
            Play(machine, each, now);
        }

        TimeSpan silent = now;
        for (int ticks = 0; machine.Due is { } due; ticks++)
        {
            Assert.InRange(ticks, 0, EndBounds.MaxUnanswered + 2);
            now = due > now ? due : now;
            machine.Tick(now);
        }

        Assert.InRange(now - silent, TimeSpan.Zero, EndBounds.MaxSilence + (EndBounds.MaxHeartbeat * (EndBounds.MaxUnanswered + 1)) + EndBounds.MaxJoining);
    });

    private enum What
    {
        Frame,
        Tick,
        Yes,
        No,
        Loss,
    }

    // Half of all sequences would be over before they get to wait.
    private static readonly Event[] _prelude = [new(What.Frame, EndMachineRig.Welcome, default), new(What.Frame, EndMachineRig.Wait, default)];

    private static EndStep Play(EndMachine machine, Event each, TimeSpan now) => each.What switch
    {
        What.Frame => machine.Receive(each.Frame, now),
        What.Tick => machine.Tick(now),
        What.Loss => machine.Lose("lost"),
        _ => machine.Answer(each.What == What.Yes, now),
    };

    private sealed record Event(What What, Frame Frame, TimeSpan Waited);
}
