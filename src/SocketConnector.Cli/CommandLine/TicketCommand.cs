using System.CommandLine;
using SocketConnector.Cli.Meeting;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Values;
using SocketConnector.Diagnostics;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector ticket</c>: makes a ticket for a relay.</summary>
internal sealed class TicketCommand : ToolCommand
{
    private readonly Option<string> _key = new("--key") { HelpName = "[ID=]SOURCE", Description = "the relay's secret, or its private key as PEM", Required = true };
    private readonly Option<string> _tenant = new("--tenant") { HelpName = "NAME", Description = "whose it is, for the relay's limits and log", Required = true };
    private readonly Option<TimeSpan> _expires = Flags.Valued("--expires", "TIME", "how long it is good [24h]", static text => DurationParser.Parse(text, allowNone: false), TimeSpan.FromHours(24));
    private readonly Option<string?> _session = SecretFlag.Of("--session", "for the session of this secret alone [any]");
    private readonly Option<TicketRole?> _role = Choice("--role", "listen|connect", "for this role alone [either]");
    private readonly Option<int?> _maxWaiting = Number("--max-waiting", "ends of the tenant that wait at once [the relay's]");
    private readonly Option<int?> _maxBytes = Size("--max-bytes", "bytes of each pair [any]");
    private readonly Option<TimeSpan?> _maxTime = Time("--max-time", "how long each pair may last [any]");

    public TicketCommand()
        : base(
            "ticket",
            "Makes a ticket, which lets ends use a relay.",
            "Prints it on standard output. Whoever has it may use the relay, until it expires.\nSOURCE is file:PATH, env:NAME or stdin:; the key is 32 bytes or more in a line,\nor a PEM of a P-256 key.",
            "socketconnector ticket --key file:relay.key --tenant acme --expires 720h")
    {
        ((Option[])[_key, _tenant, _expires, _session, _role, _maxWaiting, _maxBytes, _maxTime]).ToList().ForEach(option =>
        {
            option.Recursive = false;
            Options.Add(option);
        });
        _key.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: string text }] && !TicketKeyParser.IsSource(text))
            {
                result.AddError("--key takes where the key is, never the key itself; write --key file:PATH, --key env:NAME or --key stdin:");
            }
        });
        SetAction(line => Print(Sign(line)));
    }

    private static int Print(Parsed<string> ticket)
    {
        if (ticket.Value is not { } text)
        {
            Notice.BeforeStart(ticket.Error!);
            return EntryPoint.Wrong;
        }

        return LastOutput.TryWrite($"{text}\n") ? Runner.Stopped : Runner.Failed;
    }

    private Parsed<string> Sign(ParseResult line) =>
        TicketKeyParser.Read(line.GetRequiredValue(_key)).Next(key =>
        SessionName(line).Next<string>(session =>
        {
            try
            {
                return new TicketMint(key).Sign(new Ticket(line.GetRequiredValue(_tenant), TimeProvider.System.GetUtcNow() + line.GetValue(_expires))
                {
                    Session = session,
                    Role = line.GetValue(_role),
                    MaxWaiting = line.GetValue(_maxWaiting),
                    MaxBytes = line.GetValue(_maxBytes),
                    MaxDuration = line.GetValue(_maxTime),
                });
            }
            catch (ArgumentException error)
            {
                return new Wrong(ArgumentText.Of(error));
            }
        }));

    /// <summary>A ticket for one session is for ends that speak TLS with each other, which is what they do unless they are told otherwise.</summary>
    private Parsed<string?> SessionName(ParseResult line)
    {
        if (line.GetValue(_session) is not { } source)
        {
            return new Parsed<string?>(null, null);
        }

        Parsed<string> text = SecretSource.Read(source);
        try
        {
            return text.Error is { } error ? new Wrong($"--session: {error}") : SessionSecret.Parse(text.Value!.TrimEnd('\r', '\n')).GetSessionName(EndToEndMode.Tls);
        }
        catch (FormatException wrong)
        {
            return new Wrong($"--session: {wrong.Message}");
        }
    }

    private static Option<TicketRole?> Choice(string name, string helpName, string description) => Flags.Valued(name, helpName, description, static text => text switch
    {
        "listen" => new Parsed<TicketRole?>(TicketRole.Listen, null),
        "connect" => new Parsed<TicketRole?>(TicketRole.Connect, null),
        _ => new Wrong($"'{text}' is no role; write listen or connect"),
    }, (TicketRole?)null);

    private static Option<int?> Number(string name, string description) =>
        Flags.Valued(name, "N", description, static text => EndPoints.NumberOption.Read("it", text, example: 10), (int?)null);

    private static Option<int?> Size(string name, string description) =>
        Flags.Valued(name, "SIZE", description, static text => SizeParser.Parse(text).Then(static size => (int?)size), (int?)null);

    private static Option<TimeSpan?> Time(string name, string description) =>
        Flags.Valued(name, "TIME", description, static text => DurationParser.Parse(text, allowNone: false).Then(static time => (TimeSpan?)time), (TimeSpan?)null);
}
