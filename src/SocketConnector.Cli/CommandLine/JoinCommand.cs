using System.CommandLine;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Sharing;
using SocketConnector.Cli.Stdio;
using SocketConnector.Cli.Values;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector join CODE [LISTEN|stdio:]</c>: reaches what another person shares.</summary>
internal sealed class JoinCommand : ToolCommand
{
    private const string AnyPort = "0";

    private readonly Argument<string> _code = new("CODE");
    private readonly Argument<string?> _listen = new("LISTEN") { Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _ticket = SecretFlag.Of("--ticket", "a ticket, where the relay asks for one [none]");
    private readonly Option<string?> _ca = new("--relay-ca") { HelpName = "FILE", Description = "authorities to trust for the relay [the system's]" };
    private readonly Flags _flags;

    public JoinCommand(Flags flags)
        : base(
            "join",
            "Reaches what another person shares, by the code that they gave.",
            "Listens on a free port of the loopback, or on LISTEN, where a port alone is one\nof the loopback too; each client there reaches the other person's target. With\nstdio: this program's own streams do.",
            "socketconnector join CODE 2222")
    {
        _flags = flags;
        Arguments.Add(_code);
        Arguments.Add(_listen);
        Options.Add(_ticket);
        Options.Add(_ca);
        SetAction(line => RunAsync(Plan(line), static plan => new Runner(plan).RunAsync()));
    }

    /// <returns>What to run, or what is wrong with the line.</returns>
    internal Parsed<RunPlan> Plan(ParseResult line)
    {
        string written = line.GetValue(_listen) ?? AnyPort;
        if (MeetingCode.IsLike(written))
        {
            return new Wrong("LISTEN looks like a code, which is not repeated here, since it is a secret; write the code first, and all of it in quotes if it has spaces");
        }

        Parsed<ListenOptions> listen = EndPointParser.ListenLocally(written);
        if (listen.Value is not { } parsed)
        {
            return new Wrong($"LISTEN: {listen.Error}");
        }

        bool isStdio = StandardEndPoint.Is(parsed);
        if ((CaptureRules.Mistake(line, _flags) ?? InputMistake(line, isStdio, written) ?? (isStdio ? StdioRules.Mistake(line, _flags, written) : null)) is { } mistake)
        {
            return new Wrong(mistake);
        }

        ConnectorOptions connector = _flags.ToToldOptions(line);
        return Code(line.GetRequiredValue(_code)).Next(code => Settings(line, code)).Next(settings =>
            EndPointSecrets.Read(parsed, connector).Next(known => settings.Read(connector).Next(session => Plan(line, known, session).Then(plan => plan with
            {
                Warnings =
                [
                    .. plan.Warnings,
                    .. EndPointSecrets.Warnings(written),
                    .. ((string?[])[line.GetRequiredValue(_code), line.GetValue(_ticket)]).OfType<string>().Select(SecretSource.Warning).OfType<string>(),
                    .. RelayTrust.Warnings([known, new ConnectOptions(session)], "ask for a code that was made with --via RELAY,relay-tls"),
                ],
            }))));
    }

    private Parsed<RunPlan> Plan(ParseResult line, ListenOptions listen, RendezvousEndPoint session)
    {
        var target = new ConnectOptions(session);
        if (!StandardEndPoint.Is(listen))
        {
            return _flags.ToRunPlan(line, (options, cancellationToken) => Connector.ServerToSocketAsync(listen, target, options, cancellationToken));
        }

        // Connected to from the start, so that a code that leads nowhere shows before any input.
        var streams = new ConnectOptions(StandardEndPoint.Instance) { AuthVerifier = listen.AuthVerifier, Bandwidth = listen.Bandwidth };
        return _flags.ToRunPlan(line, (options, cancellationToken) => Connector.SocketToSocketAsync(streams, target, options, cancellationToken)).Then(plan => StdioRules.Apply(plan, Side.A, line, _flags));
    }

    private string? InputMistake(ParseResult line, bool isStdio, string listen)
    {
        bool isCode = SecretSource.IsInput(line.GetRequiredValue(_code));
        bool isTicket = line.GetValue(_ticket) is { } ticket && SecretSource.IsInput(ticket);
        return isCode && isStdio ? $"standard input is the stream where LISTEN is {StandardEndPoint.Written}, so no code can be read from it; write file:PATH"
            : isTicket && isStdio ? $"standard input is the stream where LISTEN is {StandardEndPoint.Written}, so no ticket can be read from it; write --ticket file:PATH"
            : isStdio ? null
            : StandardInput.Mistake([.. isCode ? ["CODE"] : Array.Empty<string>(), .. isTicket ? [_ticket.Name] : Array.Empty<string>(), .. EndPointSecrets.FromInput(listen)]);
    }

    /// <summary>Takes the code itself, or a source such as <c>file:PATH</c>, which keeps it out of the list of processes.</summary>
    private static Parsed<MeetingCode> Code(string text) => SecretSource.Is(text) ? SecretSource.Read(text).Next(static code => MeetingCode.Parse(code.Trim())) : MeetingCode.Parse(text);

    private Parsed<ViaSettings> Settings(ParseResult line, MeetingCode code)
    {
        string[] ca = line.GetValue(_ca) is { } file ? [$"ca={file}"] : [];
        return ca.Length > 0 && !code.IsTls
            ? new Wrong("--relay-ca is for a relay that speaks TLS, and this one does not; remove it")
            : TlsOptionTable.Table.Apply(new TlsSettings(), ca).Then(tls => code.ToSettings() with { Tls = code.IsTls ? tls : null, Ticket = line.GetValue(_ticket) });
    }
}
