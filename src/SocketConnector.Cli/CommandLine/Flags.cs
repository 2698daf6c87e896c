using System.CommandLine;
using System.CommandLine.Parsing;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Capturing;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>The options of every command.</summary>
internal sealed class Flags
{
    public const string LogTrafficName = "--log-traffic";

    private static readonly ConnectorOptions _defaults = new();

    public Option<bool> Verbose { get; } = Switch("--verbose", "log each connection's life cycle on stderr");

    public Option<TrafficOptions?> LogTraffic { get; } = Valued(
        LogTrafficName, "[=FORM]", "show on stderr what flows [text]; help traffic", static text => TrafficOptionTable.Parse(text).Then(static traffic => (TrafficOptions?)traffic), (TrafficOptions?)null);

    public Option<CapturePlan?> Capture { get; } = Valued(
        "--capture", "FILE", "write what flows to a pcapng file; help capture", static text => CaptureOptionTable.Parse(text).Then(static plan => (CapturePlan?)plan), (CapturePlan?)null);

    public Option<AdminSettings?> Admin { get; } = Valued(
        "--admin", "WHERE", "let list, show, end... ask this relay; help admin", static text => AdminOptionTable.Parse(text).Then(static admin => (AdminSettings?)admin), (AdminSettings?)null);

    public Option<bool> Json { get; } = Switch("--json", "tell events as JSON, one object per line");

    public Option<string?> Name { get; } = Valued(
        "--name", "NAME", "what every line calls this relay, as [NAME]", NameParser.Parse, (string?)null);

    public Option<EventScope> Events { get; } = Valued(
        "--events", "all|none", "report each connection on stdout, or none [all]", EventsParser.Parse, EventScope.All);

    public Option<TimeSpan> GracePeriod { get; } = Valued(
        "--grace-period", "TIME", "stop after TIME, once no connection is left [none]", DurationParser.Parse, System.Threading.Timeout.InfiniteTimeSpan);

    public Option<TimeSpan> Drain { get; } = Valued(
        "--drain", "TIME", "after Ctrl-C, TIME for connections to end [10s]", DurationParser.ParseOrZero, TimeSpan.FromSeconds(10));

    public Option<TimeSpan> ConnectTimeout { get; } = Valued(
        "--connect-timeout", "TIME", "give up connecting out after TIME [10s]", DurationParser.Parse, _defaults.ConnectTimeout);

    public Option<TimeSpan> HalfCloseTimeout { get; } = Valued(
        "--half-close-timeout", "TIME", "one side ended, other silent for TIME: end [60s]", DurationParser.Parse, _defaults.HalfCloseTimeout);

    public TimeFlags Times { get; } = new();

    public Option<KeepAliveSetting> KeepAlive { get; } = Valued(
        "--keep-alive", "IDLE,INTERVAL,COUNT|off", "TCP keep-alive probes [60s,10s,5]", KeepAliveParser.Parse, new KeepAliveSetting(_defaults.KeepAlive));

    public Option<int> BufferSize { get; } = Valued(
        "--buffer-size", "SIZE", "buffer of each direction, portable engine [64KiB]", SizeParser.Parse, _defaults.BufferSize);

    public Option<BandwidthSetting> Bandwidth { get; } = Valued(
        "--bandwidth",
        "RATE",
        "relay at most RATE in all, such as 10MiB/s [none]",
        static text => BandwidthParser.Parse(text).Then(static rate => new BandwidthSetting(rate)),
        new BandwidthSetting(null));

    public Option<EngineChoice> Engine { get; } = Valued(
        "--engine", "auto|portable", "what moves the bytes [auto]", EngineParser.Parse, _defaults.Engine);

    /// <summary>Whether a mode's own help page lists it; <c>help options</c> lists all.</summary>
    public static bool IsCommon(Option option) => option.Name is "--help" or "--version" or "--verbose" or "--log-traffic" or "--json" or "--name" or "--grace-period" or "--drain" or "--connect-timeout";

    public IReadOnlyList<Option> All => [Verbose, LogTraffic, Capture, Admin, Json, Events, Name, GracePeriod, ConnectTimeout, HalfCloseTimeout, .. Times.All, Drain, KeepAlive, Bandwidth, BufferSize, Engine];

    public ConnectorOptions ToConnectorOptions(ParseResult line) => Times.Apply(line, new ConnectorOptions
    {
        Name = line.GetValue(Name),
        Verbose = line.GetValue(Verbose),
        LogTraffic = line.GetValue(LogTraffic) is not null,
        Traffic = line.GetValue(LogTraffic) ?? _defaults.Traffic,
        GracePeriod = line.GetValue(GracePeriod),
        ConnectTimeout = line.GetValue(ConnectTimeout),
        HalfCloseTimeout = line.GetValue(HalfCloseTimeout),
        KeepAlive = line.GetRequiredValue(KeepAlive).Options,
        Bandwidth = line.GetRequiredValue(Bandwidth).Rate,
        BufferSize = line.GetValue(BufferSize),
        Engine = line.GetValue(Engine),
    });

    /// <summary>The same, with the log of this program.</summary>
    public ConnectorOptions ToToldOptions(ParseResult line)
    {
        ConnectorOptions options = ToConnectorOptions(line);
        return options with { LoggerFactory = TerminalLog.Whole(options) };
    }

    /// <summary>What to run, as these options say.</summary>
    /// <param name="line">The command line, which the parser has found right.</param>
    /// <param name="start">Starts the connector.</param>
    /// <returns>That, or what is wrong with a secret of these options.</returns>
    public Parsed<RunPlan> ToRunPlan(ParseResult line, Func<ConnectorOptions, CancellationToken, Task<Connector>> start) => ToPlace(line).Then(place =>
        new RunPlan(start, ToConnectorOptions(line), line.GetValue(Drain), line.GetValue(Json))
        {
            Events = line.GetValue(Events),
            Capture = line.GetValue(Capture),
            Admin = place,
            Warnings = AdminWarnings(line),
        });

    /// <summary>Where the admin channel is to be; none where none is asked for.</summary>
    public Parsed<AdminPlace?> ToPlace(ParseResult line) => line.GetValue(Admin) is { } settings
        ? settings.ToServe().Then(static place => (AdminPlace?)place)
        : new Parsed<AdminPlace?>(null, null);

    /// <summary>What to warn of because of it.</summary>
    public IReadOnlyList<string> AdminWarnings(ParseResult line) => [.. line.GetValue(Admin)?.Warnings ?? []];

    /// <summary>Whether the line has it, and it is not just its default.</summary>
    public static bool IsGiven(ParseResult line, Option flag) => line.GetResult(flag) is { Implicit: false };

    private static Option<bool> Switch(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.Zero, Recursive = true };

    /// <summary>An option with a value, which is parsed with a sentence that says what is wrong.</summary>
    internal static Option<T> Valued<T>(string name, string helpName, string description, Func<string, Parsed<T>> parse, T standard) =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            Recursive = true,
            DefaultValueFactory = _ => standard,
            CustomParser = result => Parse(name, helpName, parse, result),
        };

    private static T? Parse<T>(string name, string helpName, Func<string, Parsed<T>> parse, ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (text.StartsWith("--", StringComparison.Ordinal))
        {
            // The parser takes the next option for the value of this one.
            result.AddError(Mistake.NeedsValue(name, helpName));
            return default;
        }

        Parsed<T> parsed = parse(text);
        if (parsed.Error is not null)
        {
            result.AddError($"{name} {parsed.Error}");
        }

        return parsed.Value;
    }
}

/// <summary>What <c>--bandwidth</c> says; a null rate is no limit. The parser of the command line takes a bare null for no value.</summary>
internal sealed record BandwidthSetting(long? Rate);
