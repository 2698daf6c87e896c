using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Tests.Sessions;

/// <summary>The places where an end can be: its states, and in one of them whether it has answered.</summary>
internal enum Place
{
    Opening,
    Joining,
    Waiting,
    Asked,
    Accepted,
    Paired,
    Gone,
}

/// <summary>An end in any of its states, and what a relay can say to it.</summary>
internal static class EndMachineRig
{
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);

    public static HelloFrame Hello { get; } = new([1], "test");

    public static JoinFrame Join { get; } = new(new SessionName(7), EndRole.Listen, null, default);

    public static WelcomeFrame Welcome { get; } = new(1, Heartbeat, null);

    public static WaitFrame Wait { get; } = new(TimeSpan.FromHours(1));

    public static OpenFrame Open { get; } = new(TimeSpan.FromSeconds(2), "there");

    public static GoAwayFrame GoAway { get; } = new(TimeSpan.FromSeconds(5), ["other:7000"]);

    /// <summary>Each frame that there is, by its name, which the tables use.</summary>
    public static IReadOnlyDictionary<string, Frame> Frames { get; } = new Dictionary<string, Frame>
    {
        ["HELLO"] = Hello,
        ["JOIN"] = Join,
        ["ACCEPT"] = new AcceptFrame(),
        ["DECLINE"] = new DeclineFrame(),
        ["PING"] = new PingFrame(),
        ["PONG"] = new PongFrame(),
        ["WELCOME"] = Welcome,
        ["WAIT"] = Wait,
        ["OPEN"] = Open,
        ["PAIRED"] = new PairedFrame("there"),
        ["REFUSED"] = new RefusedFrame(RefusalCode.Busy, TimeSpan.FromSeconds(3)),
        ["GOAWAY"] = GoAway,
    };

    public static EndMachine At(Place place, TimeSpan now = default)
    {
        var machine = new EndMachine(Hello, Join, now);
        Frame[] told = place switch
        {
            Place.Opening => [],
            Place.Joining => [Welcome],
            Place.Waiting => [Welcome, Wait],
            Place.Paired => [Welcome, Frames["PAIRED"]],
            Place.Gone => [Frames["REFUSED"]],
            _ => [Welcome, Wait, Open],
        };
        Array.ForEach(told, frame => machine.Receive(frame, now));
        if (place == Place.Accepted)
        {
            machine.Answer(accept: true, now);
        }

        return machine;
    }

    public static EndMachineState StateOf(Place place) => place is Place.Asked or Place.Accepted ? EndMachineState.Answering : Enum.Parse<EndMachineState>(place.ToString());

    /// <summary>A step as the tables write it.</summary>
    public static string Text(EndStep step) => string.Join(' ', (string[])
    [
        .. step.Frames.Select(frame => Frames.First(pair => pair.Value.GetType() == frame.GetType()).Key),
        .. step.Question is null ? Array.Empty<string>() : ["asks"],
        .. step.Verdict is { } verdict ? [verdict.GetType().Name] : Array.Empty<string>(),
    ]);
}
