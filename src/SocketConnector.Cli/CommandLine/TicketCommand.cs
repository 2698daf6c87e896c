using System.CommandLine;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Meeting;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Values;
using SocketConnector.Diagnostics;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector ticket</c>: makes a ticket for a relay.</summary>
internal sealed class TicketCommand : ToolCommand
{
    private const decimal MaxBytes = 1L << 50;

    private readonly Option<string> _key = new("--key") { HelpName = "[ID=]SOURCE", Description = "the relay's secret, or its private key as PEM", Required = true };
    private readonly Option<string> _tenant = new("--tenant") { HelpName = "NAME", Description = "whose it is, for the relay's limits and log", Required = true };
    private readonly Option<TimeSpan> _expires = Flags.Valued("--expires", "TIME", "how long it is good [24h]", DurationParser.ParseDays, TimeSpan.FromHours(24));
    private readonly Option<string?> _session = SecretFlag.Of("--session", "for the session of this secret alone [any]");
    private readonly Option<EndToEndMode?> _e2e = Choice("--e2e", EndToEndOption.Takes, "that session's e2e= [tls]", EndToEndOption.Read);
    private readonly Option<TicketRole?> _role = Choice("--role", "listen|connect", "for this role alone [either]", static text => text switch
    {
        "listen" => (TicketRole?)TicketRole.Listen,
        "connect" => TicketRole.Connect,
        _ => null,
    });
    private readonly Option<int?> _maxWaiting = NumberFlag.Of("--max-waiting", "ends of the tenant that wait at once [the relay's]", example: 10);
    private readonly Option<long?> _maxBytes = Bytes("--max-bytes", "bytes of each pair [any]");
    private readonly Option<TimeSpan?> _maxTime = Time("--max-time", "how long each pair may last [any]");

    public TicketCommand()
        : base(
            "ticket",
            "Makes a ticket, which lets ends use a relay.",
            "Prints it on standard output. Whoever has it may use the relay until it expires.\nSOURCE is file:PATH, env:NAME or stdin:; the key is 32 bytes or more in a line,\nor a PEM of a P-256 key.",
            "socketconnector ticket --key file:relay.key --tenant acme --expires 30d")
    {
        ((Option[])[_key, _tenant, _expires, _session, _e2e, _role, _maxWaiting, _maxBytes, _maxTime]).ToList().ForEach(option =>
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
        SetAction(line => RunAsync(Sign(line), static ticket => Task.FromResult(LastOutput.TryWrite($"{ticket}\n") ? Runner.Stopped : Runner.Failed)));
    }

    public override bool TakesFlags => false;

    /// <returns>The ticket, or what is wrong with the line.</returns>
    internal Parsed<string> Sign(ParseResult line) =>
        Contradiction(line) is { } mistake ? new Wrong(mistake) :
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

    private string? Contradiction(ParseResult line)
    {
        string key = line.GetRequiredValue(_key);
        string[] readers = [.. TicketKeyParser.ReadsInput(key) ? [_key.Name] : Array.Empty<string>(), .. line.GetValue(_session) is { } session && SecretSource.IsInput(session) ? [_session.Name] : Array.Empty<string>()];
        return line.RootCommandResult.Command.Options.FirstOrDefault(flag => Flags.IsGiven(line, flag)) is { } other
            ? $"{other.Name} is not for {Name}, which prints a ticket and nothing else; remove it"
            : StandardInput.Mistake(readers);
    }

    /// <summary>The name depends on how the two ends protect what they say.</summary>
    private Parsed<string?> SessionName(ParseResult line)
    {
        if (line.GetValue(_session) is not { } source)
        {
            return line.GetValue(_e2e) is null ? new Parsed<string?>(null, null) : new Wrong("--e2e is about the session of --session; write that too, or remove it");
        }

        Parsed<string> text = SecretSource.Read(source);
        try
        {
            return text.Error is { } error ? new Wrong($"--session: {error}") : SessionSecret.Parse(text.Value!.TrimEnd('\r', '\n')).GetSessionName(line.GetValue(_e2e) ?? EndToEndMode.Tls);
        }
        catch (FormatException wrong)
        {
            return new Wrong($"--session: {wrong.Message}");
        }
    }

    private static Option<T?> Choice<T>(string name, string choices, string description, Func<string, T?> read)
        where T : struct => Flags.Valued(name, choices, description, text => read(text) is { } value ? value : new Wrong($"'{text}' is none of {choices.Replace("|", ", ", StringComparison.Ordinal)}"), (T?)null);

    private static Option<long?> Bytes(string name, string description) => Flags.Valued(name, "SIZE", description, static text => SizeParser.Read(text).Next<long?>(size =>
        size is >= 1 and <= MaxBytes ? (long)size : new Wrong($"'{text}' is out of range; it must be from 1 to 1024TiB")), (long?)null);

    private static Option<TimeSpan?> Time(string name, string description) =>
        Flags.Valued(name, "TIME", description, static text => DurationParser.ParseDays(text).Then(static time => (TimeSpan?)time), (TimeSpan?)null);
}
