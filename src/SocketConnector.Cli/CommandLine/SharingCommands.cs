using System.CommandLine;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Sharing;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector share TARGET --via RELAY</c>: lets one other person reach a target, by a code.</summary>
internal sealed class ShareCommand : ToolCommand
{
    private readonly Argument<string> _target = new("TARGET");
    private readonly Option<string?> _via = new("--via") { HelpName = "RELAY", Description = "the relay, as host:7000 or host:7000,relay-tls" };
    private readonly Option<bool> _qr = new("--qr") { Description = "show the code as a QR code too" };

    public ShareCommand(Flags flags)
        : base(
            "share",
            "Lets another person reach TARGET: prints one line for them.",
            "The line holds a secret: whoever has it reaches TARGET for as long as this runs.\nIt ends with Ctrl-C.",
            "socketconnector share 127.0.0.1:22 --via relay.example:7000,relay-tls")
    {
        Arguments.Add(_target);
        Options.Add(_via);
        Options.Add(_qr);
        SetAction(async line =>
        {
            Parsed<RunPlan> plan = EndPointParser.Connect(line.GetRequiredValue(_target)).Next(target =>
                Relay(line).Next(via => SharePlan.Of(target, via, line.GetValue(_qr), line, flags)));
            if (plan.Value is { } known)
            {
                return await new Runner(known).RunAsync();
            }

            Notice.BeforeStart(plan.Error!);
            return EntryPoint.Wrong;
        });
    }

    private Parsed<ViaSettings> Relay(ParseResult line) => line.GetValue(_via) is not { } text
        ? new Wrong("--via is missing: where the relay is; write --via relay.example:7000")
        : WrittenEndPoint.Of(ViaSettings.Scheme + text).Next(written =>
            written.Options is [string other, ..] ? new Wrong($"--via: '{other}' is not an option of a relay; see socketconnector help via")
            : ViaOptionTable.Parse(written.Address, written.Via!, needsSession: false).Next(via =>
                via.Session is not null ? new Wrong("--via: share makes a secret of its own; remove session=") : (Parsed<ViaSettings>)via));
}

/// <summary><c>socketconnector join CODE [LISTEN|stdio:]</c>: reaches what another person shares.</summary>
internal sealed class JoinCommand : ToolCommand
{
    private readonly Argument<string> _code = new("CODE");
    private readonly Argument<string?> _listen = new("LISTEN") { Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _ticket = SecretFlag.Of("--ticket", "a ticket, where the relay asks for one [none]");
    private readonly Option<string?> _ca = new("--relay-ca") { HelpName = "FILE", Description = "trust these authorities for the relay [the system's]" };

    public JoinCommand(Flags flags)
        : base(
            "join",
            "Reaches what another person shares, by the code that they gave.",
            "Listens on a free port of this machine, or on LISTEN, and each client there\nreaches the other person's target; with stdio: this program's own streams do.",
            "socketconnector join CODE 2222")
    {
        Arguments.Add(_code);
        Arguments.Add(_listen);
        Options.Add(_ticket);
        Options.Add(_ca);
        SetAction(async line =>
        {
            Parsed<ViaSettings> via = Code(line.GetRequiredValue(_code)).Next(code => Settings(line, code));
            string listen = line.GetValue(_listen) ?? "127.0.0.1:0";
            Parsed<RunPlan> plan = via.Next(settings => JoinPlan.Of(settings, listen, line, flags));
            if (plan.Value is { } known)
            {
                return await new Runner(known).RunAsync();
            }

            Notice.BeforeStart(plan.Error!);
            return EntryPoint.Wrong;
        });
    }

    /// <summary>The code, or where it is kept, for who does not want it to be seen by other users of the machine.</summary>
    private static Parsed<MeetingCode> Code(string text) => SecretSource.Is(text) ? SecretSource.Read(text).Next(static code => MeetingCode.Parse(code.Trim())) : MeetingCode.Parse(text);

    private Parsed<ViaSettings> Settings(ParseResult line, MeetingCode code)
    {
        string[] ca = line.GetValue(_ca) is { } file ? [$"ca={file}"] : [];
        return ca.Length > 0 && !code.IsTls
            ? new Wrong("--relay-ca is for a relay that speaks TLS, and this one does not; remove it")
            : TlsOptionTable.Table.Apply(new TlsSettings(), ca).Then(tls => code.ToSettings() with { Tls = code.IsTls ? tls : null, Ticket = line.GetValue(_ticket) });
    }
}
