using System.CommandLine;
using System.CommandLine.Parsing;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Stdio;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>The four commands: which end points each takes, and how each starts.</summary>
internal static class Modes
{
    public static IEnumerable<ModeCommand> All(Flags flags)
    {
        yield return Mode<ListenOptions, ListenOptions>(
            flags,
            "server-to-server",
            "Listens on both: a rendezvous, first client with first.",
            "The first client of A meets the first of B, the second the second, and so on:\ntry ncat 127.0.0.1 9000 and ncat 127.0.0.1 8000 in two other terminals.",
            "socketconnector server-to-server 9000 8000",
            Listen("LISTEN_A"),
            Listen("LISTEN_B"),
            Connector.ServerToServerAsync);
        yield return Mode<ListenOptions, ConnectOptions>(
            flags,
            "server-to-socket",
            "Listens on A, connects each client to B: a TCP proxy.",
            "Every client of A gets a connection of its own to B.",
            "socketconnector server-to-socket 8080 db.internal:5432",
            Listen("LISTEN_A"),
            Connect("CONNECT_B"),
            Connector.ServerToSocketAsync);
        yield return Mode<ConnectOptions, ListenOptions>(
            flags,
            "socket-to-server",
            "Connects to A, listens on B: a proxy that looks at A first.",
            "A is connected to at the start, and waits for the first client of B. Every\nfurther client gets a connection of its own to A.",
            "socketconnector socket-to-server 127.0.0.1:22 2222",
            Connect("CONNECT_A"),
            Listen("LISTEN_B"),
            Connector.SocketToServerAsync);
        yield return Mode<ConnectOptions, ConnectOptions>(
            flags,
            "socket-to-socket",
            "Connects to both: joins two servers, and ends with them.",
            "Both are connected to at the start. When the two have ended, the program ends.",
            "socketconnector socket-to-socket localhost:9000 unix:/run/app.sock",
            Connect("CONNECT_A"),
            Connect("CONNECT_B"),
            Connector.SocketToSocketAsync);
    }

    private static ModeCommand Mode<TA, TB>(
        Flags flags,
        string name,
        string description,
        string story,
        string example,
        Argument<TA> sideA,
        Argument<TB> sideB,
        Func<TA, TB, ConnectorOptions?, CancellationToken, Task<Connector>> start)
        where TA : SideOptions
        where TB : SideOptions
    {
        var command = new ModeCommand(name, description, story, example) { sideA, sideB };
        command.SetAction(async line =>
        {
            (TA parsedA, TB parsedB) = (line.GetRequiredValue(sideA), line.GetRequiredValue(sideB));
            Side? stdio = StandardEndPoint.Is(parsedA) ? Side.A : StandardEndPoint.Is(parsedB) ? Side.B : null;
            if (stdio is not null && (StdioRules.Mistake(parsedA, parsedB) ?? StdioRules.Mistake(line, flags, Written(line, sideA), Written(line, sideB))) is { } mistake)
            {
                Notice.BeforeStart(mistake);
                return EntryPoint.Wrong;
            }

            if ((CaptureRules.Mistake(line, flags, stdio) ?? StandardInput.Mistake(EndPointSecrets.FromInput(Written(line, sideA), Written(line, sideB)))) is { } contradiction)
            {
                Notice.BeforeStart(contradiction);
                return EntryPoint.Wrong;
            }

            ConnectorOptions connector = flags.ToToldOptions(line);
            Parsed<(TA A, TB B)> sides = WithSecrets(line, sideA, connector).Next(a => WithSecrets(line, sideB, connector).Then(b => (a, b)));
            if (sides.Error is { } error)
            {
                Notice.BeforeStart(error);
                return EntryPoint.Wrong;
            }

            (TA a, TB b) = stdio is null ? sides.Value : (StdioRules.Once(sides.Value.A), StdioRules.Once(sides.Value.B));
            Parsed<RunPlan> planned = flags.ToRunPlan(line, (all, cancellationToken) => start(a, b, all, cancellationToken));
            if (planned.Value is not { } plan)
            {
                Notice.BeforeStart(planned.Error!);
                return EntryPoint.Wrong;
            }

            plan = plan with
            {
                Warnings = [.. plan.Warnings, .. Warnings(line, (sideA, a), (sideB, b))],

                // A side A that connects out is connected to at the start.
                Targets = (b, a) is (ConnectOptions target, ListenOptions) ? target.EndPoints : [],
            };
            return await new Runner(stdio is Side side ? StdioRules.Apply(plan, side, line, flags) : plan).RunAsync();
        });
        return command;
    }

    /// <summary>Nothing else of the line is wrong by now, so standard input is worth waiting for.</summary>
    private static Parsed<T> WithSecrets<T>(ParseResult line, Argument<T> side, ConnectorOptions connector)
        where T : SideOptions
    {
        Parsed<T> read = EndPointSecrets.Read(line.GetRequiredValue(side), connector);
        return read.Error is { } error ? new Wrong(InEndPoint(side.Name, Written(line, side), error)) : read;
    }

    private static string Written(ParseResult line, Argument side) => line.GetResult(side)!.Tokens[0].Value;

    private static IReadOnlyList<string> Warnings(ParseResult line, (Argument Written, SideOptions Options) a, (Argument Written, SideOptions Options) b) =>
    [
        .. EndPointSecrets.Warnings(Written(line, a.Written), Written(line, b.Written)),
        .. RelayTrust.Warnings([a.Options, b.Options]),
        .. ((string?[])[TlsTrust.Warning(Side.A, a.Options), TlsTrust.Warning(Side.B, b.Options), Strangers.Warning(a.Options, b.Options)]).OfType<string>(),
    ];

    private static Argument<ListenOptions> Listen(string name) => new(name) { CustomParser = result => Parse(name, EndPointParser.Listen, result) };

    private static Argument<ConnectOptions> Connect(string name) => new(name) { CustomParser = result => Parse(name, EndPointParser.Connect, result) };

    private static T? Parse<T>(string name, Func<string, Parsed<T>> parse, ArgumentResult result)
        where T : class
    {
        string text = result.Tokens[0].Value;
        Parsed<T> parsed = parse(text);
        if (parsed.Error is not null)
        {
            result.AddError(InEndPoint(name, text, parsed.Error));
        }

        return parsed.Value;
    }

    private static string InEndPoint(string name, string text, string error) => $"{name} '{text}': {error}";
}

/// <summary>One of the four commands, with what its help page tells beside the usage.</summary>
internal sealed class ModeCommand(string name, string description, string story, string example) : Command(name, description)
{
    public string Story => story;

    public string Example => example;
}
