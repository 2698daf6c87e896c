using FsCheck;
using FsCheck.Fluent;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>Any sequence of events against lists that are searched from the start.</summary>
public sealed class ModelTests
{
    private enum Act
    {
        Join,
        Accept,
        Decline,
        Leave,
        Pass,
        Ping,
        Pong,
        Violate,
        Drain,
    }

    private static Gen<(Act Act, int Which, int How)[]> Sequences { get; } = Gen.ArrayOf(
        from act in Gen.Frequency(
            (12, Gen.Constant(Act.Join)),
            (6, Gen.Constant(Act.Accept)),
            (5, Gen.Constant(Act.Decline)),
            (3, Gen.Constant(Act.Leave)),
            (4, Gen.Constant(Act.Pass)),
            (1, Gen.Constant(Act.Ping)),
            (3, Gen.Constant(Act.Pong)),
            (1, Gen.Constant(Act.Violate)))
        from which in Gen.Choose(0, 1000)
        from how in Gen.Choose(0, 1000)
        select (act, which, how));

    [Fact]
    public Task Ends_are_paired_as_the_model_says() => Seeded.CheckAsync(Sequences.Resize(80), 1000, static steps => Run(steps, drainAt: -1));

    [Fact]
    public Task A_relay_that_stops_lets_every_end_go() => Seeded.CheckAsync(
        from steps in Sequences.Resize(60)
        from at in Gen.Choose(0, 40)
        select (steps, at),
        500,
        static drained => Run(drained.steps, drained.at));

    private static void Run((Act Act, int Which, int How)[] steps, int drainAt)
    {
        var model = new Model(new MeetingOptions { MaxWaitingPerSession = 9, ListenWait = TimeSpan.FromMinutes(3) });
        for (int i = 0; i < steps.Length; i++)
        {
            Do(model, i == drainAt ? Act.Drain : steps[i].Act, steps[i].Which, steps[i].How);
        }

        // Whatever is left ends by itself: nobody answers any more.
        model.Pass((long)TimeSpan.FromDays(1).TotalMilliseconds);
        model.CheckThatAllIsOver();
    }

    private static void Do(Model model, Act act, int which, int how)
    {
        switch (act)
        {
            case Act.Join:
                model.Join((which & 1) == 0 ? EndRole.Listen : EndRole.Connect, new SessionName((UInt128)(uint)(which % 3 / 2)), isAllowed: how > 50);
                break;
            case Act.Accept:
                model.Say(which, EndState.Asked, new AcceptFrame());
                break;
            case Act.Decline:
                model.Say(which, EndState.Asked, new DeclineFrame());
                break;
            case Act.Ping:
                model.Say(which, (how & 1) == 0 ? EndState.Asked : EndState.Waiting, new PingFrame());
                break;
            case Act.Pong:
                model.Say(which, EndState.Waiting, new PongFrame());
                break;
            case Act.Violate:
                model.Say(which, null, new JoinFrame(Scene.Session, EndRole.Listen, null, default));
                break;
            case Act.Leave:
                model.Leave(which);
                break;
            case Act.Drain:
                model.Drain();
                break;
            default:
                model.Pass(how < 700 ? how : how * 25);
                break;
        }
    }
}
