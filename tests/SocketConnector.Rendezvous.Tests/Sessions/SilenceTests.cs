using FsCheck;
using FsCheck.Fluent;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;
using Outcome = SocketConnector.Rendezvous.Sessions.Outcome;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>Ends that speak SCR/1 over connections on which everything is late: nothing is ever under way when an end is paired.</summary>
public sealed class SilenceTests
{
    private static Gen<(int Act, int Which)[]> Sequences { get; } = Gen.ArrayOf(
        from act in Gen.Frequency(
            (2, Gen.Constant(0)),
            (10, Gen.Constant(1)),
            (10, Gen.Constant(2)),
            (3, Gen.Constant(3)),
            (2, Gen.Constant(4)),
            (1, Gen.Constant(5)))
        from which in Gen.Choose(0, 1000)
        select (act, which));

    [Fact]
    public Task Nothing_is_under_way_when_an_end_is_paired() => Seeded.CheckAsync(Sequences.Resize(150), 1000, static steps =>
    {
        var line = new Line();
        foreach ((int act, int which) in steps)
        {
            line.Step(act, which);
        }

        line.DeliverAll();
    });

    private enum Saying
    {
        Silent,
        Waiting,
        Over,
    }

    private sealed class Speaker(bool isListening, int number) : RelayEnd
    {
        public bool IsListening => isListening;

        /// <summary>Some say no to every third.</summary>
        public int Answers { get; set; } = number;

        /// <summary>A correct end does not send many.</summary>
        public int Pings { get; set; }

        public Saying Saying { get; set; }

        public Queue<Frame> ToRelay { get; } = new([new HelloFrame([1], null)]);

        public Queue<Frame> ToEnd { get; } = new();
    }

    private sealed class Line
    {
        private readonly MeetingPlace _place = new(new MeetingOptions());
        private readonly List<Speaker> _speakers = [];
        private readonly List<Outcome> _outcomes = [];
        private long _now;

        private Turn Turn => new(_now, _outcomes);

        public void Step(int act, int which)
        {
            if (act == 0 || _speakers.Count == 0)
            {
                var speaker = new Speaker((which & 1) == 0, _speakers.Count);
                _speakers.Add(speaker);
                _place.Open(speaker, Turn);
                return;
            }

            Speaker end = _speakers[which % _speakers.Count];
            switch (act)
            {
                case 1:
                    DeliverToRelay(end);
                    break;
                case 2:
                    DeliverToEnd(end);
                    break;
                case 3 when end.Saying == Saying.Waiting && end.Pings++ < 8:
                    end.ToRelay.Enqueue(new PingFrame());
                    break;
                case 4:
                    _now += which * 3;
                    _place.Tick(Turn);
                    break;
                case 5 when end.State != EndState.Paired:
                    _place.Leave(end, Turn);
                    end.Saying = Saying.Over;
                    end.ToEnd.Clear();
                    break;
            }

            Perform();
        }

        public void DeliverAll()
        {
            while (_speakers.Exists(static end => end.ToEnd.Count > 0 || end.ToRelay.Count > 0))
            {
                foreach (Speaker end in _speakers)
                {
                    DeliverToRelay(end);
                    Perform();
                    DeliverToEnd(end);
                }
            }
        }

        private void DeliverToRelay(Speaker end)
        {
            if (end.ToRelay.TryDequeue(out Frame? frame))
            {
                Assert.True(end.State != EndState.Paired, $"{frame} came into the partner's stream");
                _place.Receive(end, frame, new Grant(), Turn);
            }
        }

        private void Perform()
        {
            foreach (Outcome outcome in _outcomes)
            {
                var end = (Speaker)outcome.End;
                if (outcome.Frame is { } frame && end.Saying != Saying.Over)
                {
                    Assert.False(end.ToEnd.Any(static before => before is PairedFrame), $"{frame} follows PAIRED");
                    end.ToEnd.Enqueue(frame);
                }

                if (outcome.Frame is PairedFrame)
                {
                    Assert.Empty(end.ToRelay);
                    Assert.Equal(Saying.Silent, end.Saying);
                }

                // A correct end breaks no rule, however late everything is.
                Assert.NotEqual(GoneReason.Malformed, outcome.Reason);
            }

            _outcomes.Clear();
        }

        private static void DeliverToEnd(Speaker end)
        {
            if (!end.ToEnd.TryDequeue(out Frame? frame))
            {
                return;
            }

            switch (frame)
            {
                case WelcomeFrame:
                    end.ToRelay.Enqueue(new JoinFrame(Scene.Session, end.IsListening ? EndRole.Listen : EndRole.Connect, null, default));
                    break;
                case WaitFrame:
                    Assert.Equal(Saying.Silent, end.Saying);
                    end.Saying = Saying.Waiting;
                    break;
                case OpenFrame:
                    Assert.Equal(Saying.Waiting, end.Saying);
                    bool isYes = ++end.Answers % 3 > 0;
                    end.ToRelay.Enqueue(isYes ? new AcceptFrame() : new DeclineFrame());
                    end.Saying = isYes ? Saying.Silent : Saying.Waiting;
                    break;
                case PingFrame:
                    Assert.Equal(Saying.Waiting, end.Saying);
                    end.ToRelay.Enqueue(new PongFrame());
                    break;
                case PairedFrame:
                    Assert.Equal(Saying.Silent, end.Saying);
                    end.Saying = Saying.Over;
                    break;
                case RefusedFrame or GoAwayFrame:
                    end.Saying = Saying.Over;
                    break;
            }
        }
    }
}
