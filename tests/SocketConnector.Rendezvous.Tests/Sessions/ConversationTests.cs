using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>Every frame in every state.</summary>
public sealed class ConversationTests
{
    private const string Malformed = "E:REFUSED Malformed|Malformed";

    // What an end may say in which state, and what comes of it. All else is malformed, or too late to matter.
    private static readonly Dictionary<(string State, string Frame), string> _allowed = new()
    {
        [("Opening", "Hello")] = "E:WELCOME 20",
        [("Joining", "Join")] = "E:WAIT 86400",
        [("Admitted", "Join")] = "E:WAIT 86400",
        [("Waiting", "Ping")] = "E:PONG",
        [("Waiting", "Pong")] = "",
        [("Asked", "Ping")] = "E:PONG",
        [("Asked", "Pong")] = "",
        [("Asked", "Accept")] = "E:PAIRED X, X:PAIRED E, X+E",
        [("Asked", "Decline")] = "X:WAIT 60",
    };

    private static readonly Dictionary<string, Frame> _frames = new()
    {
        ["Hello"] = new HelloFrame([1], "test"),
        ["Join"] = new JoinFrame(Scene.Session, EndRole.Listen, null, default),
        ["Accept"] = new AcceptFrame(),
        ["Decline"] = new DeclineFrame(),
        ["Ping"] = new PingFrame(),
        ["Pong"] = new PongFrame(),
        ["Welcome"] = new WelcomeFrame(1, TimeSpan.FromSeconds(20), null),
        ["Wait"] = new WaitFrame(TimeSpan.FromSeconds(60)),
        ["Open"] = new OpenFrame(TimeSpan.FromSeconds(2), null),
        ["Paired"] = new PairedFrame(null),
        ["Refused"] = new RefusedFrame(RefusalCode.Busy, null),
        ["GoAway"] = new GoAwayFrame(TimeSpan.Zero, []),
    };

    public static TheoryData<string, string> All()
    {
        var data = new TheoryData<string, string>();
        foreach (string state in Enum.GetNames<EndState>())
        {
            foreach (string frame in _frames.Keys)
            {
                data.Add(state, frame);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Each_frame_has_its_effect_in_each_state(string state, string frame)
    {
        var scene = new Scene();
        NamedEnd end = scene.In(Enum.Parse<EndState>(state));
        bool isOver = end.State is EndState.Paired or EndState.Gone;
        string expected = _allowed.GetValueOrDefault((state, frame)) ?? (isOver ? "" : Malformed);
        string actual = scene.Say(end, _frames[frame], new Grant());

        // A comer whose partner is refused waits.
        Assert.Equal(expected == Malformed && state == "Asked" ? $"{Malformed}, X:WAIT 60" : expected, actual);
        Assert.True(expected != Malformed || end.State == EndState.Gone);
    }

    [Fact]
    public void Every_frame_is_in_the_table() => Assert.Equal(
        typeof(Frame).Assembly.GetTypes().Where(static type => type.BaseType == typeof(Frame)).Select(static type => type.Name).Order(),
        _frames.Keys.Select(static name => name + "Frame").Order());

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-1)]
    public void A_role_that_is_none_is_malformed(int role)
    {
        var scene = new Scene();
        Assert.Equal(Malformed, scene.Join(scene.Joining("E"), (EndRole)role));
        Assert.Equal(0, scene.Place.Waiting);
    }

    [Fact]
    public void Only_an_end_that_connects_has_early_bytes()
    {
        var scene = new Scene();
        Assert.Equal(Malformed, scene.Join(scene.Joining("E"), EndRole.Listen, early: [1]));
        NamedEnd connecting = scene.Joining("X");
        Assert.Equal("X:WAIT 60", scene.Join(connecting, EndRole.Connect, early: [1, 2]));
        NamedEnd listening = scene.Listen("L");
        scene.Out();
        Assert.Equal("X:PAIRED L, L:PAIRED X, X+L", scene.Accept(connecting));
        Assert.Equal([1, 2], connecting.Early.ToArray());
        Assert.Equal(EndState.Paired, listening.State);
    }

    [Fact]
    public void Early_bytes_are_let_go_with_their_end()
    {
        var scene = new Scene();
        NamedEnd end = scene.Joining("X");
        scene.Join(end, EndRole.Connect, early: [1, 2]);
        scene.Leave(end);
        Assert.True(end.Early.IsEmpty);
    }

    [Fact]
    public void A_version_is_agreed_on()
    {
        var scene = new Scene();
        Assert.Equal("E:WELCOME 20", scene.Say(scene.Opening("E"), new HelloFrame([1, 2], null)));
        Assert.Equal("F:REFUSED Version|Version", scene.Say(scene.Opening("F"), new HelloFrame([2], null)));
        Assert.Equal("G:REFUSED Version|Version", scene.Say(scene.Opening("G"), new HelloFrame([], null)));
    }

    [Fact]
    public void What_is_no_frame_is_malformed()
    {
        foreach (EndState state in Enum.GetValues<EndState>().Except([EndState.Paired, EndState.Gone]))
        {
            var scene = new Scene();
            NamedEnd end = scene.In(state);
            scene.Place.Reject(end, scene.Turn);
            Assert.StartsWith(Malformed, scene.Out(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_end_that_leaves_is_gone_from_every_state_once()
    {
        foreach (EndState state in Enum.GetValues<EndState>())
        {
            var scene = new Scene();
            NamedEnd end = scene.In(state);
            string first = scene.Leave(end);
            Assert.Equal(state is EndState.Paired or EndState.Gone ? "" : "E:|Left", first.Split(", ")[0]);
            Assert.Equal("", scene.Leave(end));
        }
    }

    [Fact]
    public void More_pings_than_a_heartbeat_needs_are_malformed()
    {
        var scene = new Scene();
        NamedEnd end = scene.Listen("E");
        scene.Out();
        string last = "";
        int count = 0;
        while (end.State == EndState.Waiting && count < 100)
        {
            last = scene.Say(end, new PingFrame());
            count++;
        }

        Assert.Equal((Malformed, 17), (last, count));
    }
}
