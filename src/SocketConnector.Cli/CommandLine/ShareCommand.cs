using System.CommandLine;
using System.Net;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Sharing;
using SocketConnector.Cli.Stdio;
using SocketConnector.Cli.Values;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector share TARGET --via RELAY</c>: lets one other person reach a target, by a code.</summary>
internal sealed class ShareCommand : ToolCommand
{
    private readonly Argument<string> _target = new("TARGET");
    private readonly Option<string?> _via = new("--via") { HelpName = "RELAY", Description = "the relay, as host:7000 or host:7000,relay-tls" };
    private readonly Option<bool> _qr = new("--qr") { Description = "show the code as a QR code too" };
    private readonly Flags _flags;

    public ShareCommand(Flags flags)
        : base(
            "share",
            "Lets another person reach TARGET: prints one line for them.",
            "The line holds a secret: whoever has it reaches TARGET for as long as this runs.\nIt ends with Ctrl-C.",
            "socketconnector share 127.0.0.1:22 --via relay.example:7000,relay-tls")
    {
        _flags = flags;
        Arguments.Add(_target);
        Options.Add(_via);
        Options.Add(_qr);
        SetAction(line => RunAsync(Plan(line), static plan => new Runner(plan).RunAsync()));
    }

    /// <returns>What to run, or what is wrong with the line.</returns>
    internal Parsed<RunPlan> Plan(ParseResult line) => Target(line.GetRequiredValue(_target)).Next(target => Relay(line).Next(via =>
        (CaptureRules.Mistake(line, _flags) ?? Contradiction(line)) is { } mistake ? new Wrong(mistake) : Plan(line, target, via)));

    private Parsed<RunPlan> Plan(ParseResult line, ConnectOptions target, ViaSettings via)
    {
        ConnectorOptions connector = _flags.ToToldOptions(line);
        MeetingCode code = MeetingCode.Create(via.Relay!, via.Tls is not null);
        return EndPointSecrets.Read(target, connector).Next(known => (via with { Secret = code.ToSettings().Secret }).Read(connector).Next(session =>
            _flags.ToRunPlan(line, new SharedTarget(known, session, code, Form(line)).StartAsync).Then(plan => plan with
            {
                // The line on standard output is what this run is for, so events are told only where they are asked for.
                Events = Flags.IsGiven(line, _flags.Events) ? line.GetValue(_flags.Events) : EventScope.None,
                TellsListening = false,
                Targets = known.EndPoints,
                Warnings =
                [
                    .. plan.Warnings,
                    .. EndPointSecrets.Warnings(line.GetRequiredValue(_target), line.GetValue(_via)!),
                    .. RelayTrust.Warnings([new ListenOptions(session), known]),
                    .. ((string?[])[TlsTrust.Warning(Side.B, known)]).OfType<string>(),
                ],
            })));
    }

    private static Parsed<ConnectOptions> Target(string text)
    {
        Parsed<ConnectOptions> target = EndPointParser.Connect(text);
        return target.Error is { } error ? new Wrong($"TARGET: {error}")
            : StandardEndPoint.Is(target.Value!) ? new Wrong($"TARGET cannot be {StandardEndPoint.Written}, since standard output has the line for the other person; share a port or a Unix socket")
            : target;
    }

    private string? Contradiction(ParseResult line) =>
        line.GetValue(_qr) && line.GetValue(_flags.Json) ? "--qr draws for people, and --json is for programs; remove one of them"
        : StandardInput.Mistake(EndPointSecrets.FromInput(line.GetRequiredValue(_target), line.GetValue(_via)!));

    private CodeForm Form(ParseResult line) => line.GetValue(_flags.Json) ? CodeForm.Json : line.GetValue(_qr) ? CodeForm.Drawn : CodeForm.Line;

    private Parsed<ViaSettings> Relay(ParseResult line) => line.GetValue(_via) is not { } text
        ? new Wrong("--via is missing: where the relay is; write --via relay.example:7000")
        : WrittenEndPoint.Of(ViaSettings.Scheme + text).Next(written =>
            written.Options is [string other, ..] ? new Wrong($"--via: '{OptionTable<ViaSettings>.Split(other).Name}' is not an option of a relay; see socketconnector help via")
            : ViaOptionTable.Parse(written.Address, written.Via!, needsSession: false).Next(via =>
                via.Session is not null ? new Wrong("--via: share makes a secret of its own; remove session=")
                : NotInCode(written.Via!, via) is { } option ? new Wrong($"--via: the code cannot tell the other person's machine of {option}; remove it, or use via: end points on both machines")
                : AsOthersFindIt(via)));

    private static Parsed<ViaSettings> AsOthersFindIt(ViaSettings via)
    {
        Parsed<EndPoint> relay = MeetingCode.ToRelay(via.Relay!);
        return relay.Error is { } error ? new Wrong($"--via: {error}") : via with { Relay = relay.Value };
    }

    /// <summary>
    /// Those that join verify the relay by the system's authorities, or by theirs of <c>--relay-ca</c>, and meet nobody whose <c>e2e=</c> is not that of
    /// all codes.
    /// </summary>
    /// <returns>The option that they would have to have too; nothing where there is none.</returns>
    private static string? NotInCode(IEnumerable<string> options, ViaSettings via) => via.EndToEnd != EndToEndMode.Tls
        ? "e2e="
        : options.Select(static option => OptionTable<ViaSettings>.Split(option).Name).FirstOrDefault(static name =>
            name.StartsWith(ViaOptionTable.RelayPrefix, StringComparison.Ordinal) && name is not ("relay-tls" or "relay-ca" or "relay-min-version"));
}
