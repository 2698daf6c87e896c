using System.CommandLine;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Meeting;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Values;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector rendezvous LISTEN…</c>: the relay.</summary>
internal sealed class RendezvousCommand : ToolCommand
{
    private readonly Argument<string[]> _listen = new("LISTEN") { Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _open = new("--open") { Description = "let in whoever reaches it, without a ticket" };
    private readonly Option<string[]> _keys = new("--ticket-key") { HelpName = "[ID=]SOURCE", Description = "a key that verifies tickets; repeatable" };
    private readonly Option<string[]> _expose = new("--expose") { HelpName = "LISTEN,session=SOURCE", Description = "a port whose clients meet a session; repeatable" };
    private readonly Option<bool> _transit = new("--transit") { Description = "serve clients of magic-wormhole as well" };
    private readonly Option<bool> _tellAddresses = new("--tell-addresses") { Description = "tell each of a pair where the other comes from" };
    private readonly Option<TimeSpan> _heartbeat = Flags.Valued("--heartbeat", "TIME", "how often waiting ends are pinged [20s]", static text => DurationParser.Parse(text, allowNone: false), _defaults.Heartbeat);
    private readonly Option<int?> _maxWaiting = NumberFlag.Of("--max-waiting", "ends that wait at once [100000]", example: 1000);
    private readonly Option<int?> _maxWaitingPerAddress = NumberFlag.Of("--max-waiting-per-address", "waiting ends from one address [1000]", example: 100);
    private readonly Option<int?> _maxTransitWaiting = NumberFlag.Of("--max-transit-waiting", "clients of --transit that wait at once [1000]", example: 100);
    private readonly Option<int?> _maxJoins = NumberFlag.Of("--max-joins", "joins per minute from one address [600]", example: 100);
    private readonly Flags _flags;

    private static readonly RelayOptions _defaults = new();

    public RendezvousCommand(Flags flags)
        : base(
            "rendezvous",
            "Serves as the relay where via: end points meet.",
            "Two ends that can only connect out meet here, on one port. They know each other\nby a secret that the relay does not see; it cannot read what they say, unless\nthey want it otherwise.",
            "socketconnector rendezvous 7000 --ticket-key file:relay.key")
    {
        _flags = flags;
        Arguments.Add(_listen);
        ((Option[])[_open, _keys, _expose, _transit, _tellAddresses, _heartbeat, _maxWaiting, _maxWaitingPerAddress, _maxTransitWaiting, _maxJoins]).ToList().ForEach(option =>
        {
            option.Recursive = false;
            Options.Add(option);
        });
        _keys.Validators.Add(static result =>
        {
            if (result.Tokens.Any(static token => !TicketKeyParser.IsSource(token.Value)))
            {
                result.AddError("--ticket-key takes where the key is, never the key itself; write --ticket-key file:PATH");
            }
        });
        SetAction(line => RunAsync(Plan(line), static plan => new RelayRunner(plan).RunAsync()));
    }

    /// <returns>What to run, or what is wrong with the line.</returns>
    internal Parsed<RelayPlan> Plan(ParseResult line)
    {
        (string[] listen, string[] expose, string[] keys) = (line.GetRequiredValue(_listen), line.GetValue(_expose) ?? [], line.GetValue(_keys) ?? []);
        return All(listen, DoorParser.Parse, "LISTEN").Next(doors =>
            All(expose, ExposedParser.Parse, "--expose").Next(exposed =>
            (CaptureRules.Mistake(line, _flags) ?? WhoMayEnter(line, doors) ?? TicketsOfExposed(keys, exposed) ?? InputOf(keys, [.. listen, .. expose])) is { } mistake ? new Wrong(mistake) : Plan(line, keys, doors, exposed).Then(plan => plan with
            {
                Warnings = [.. _flags.AdminWarnings(line), .. keys.Select(TicketKeyParser.Warning).OfType<string>(), .. EndPointSecrets.Warnings([.. listen, .. expose]), .. OpenWarning(plan)],
            })));
    }

    /// <summary>Reads the secrets, once nothing else is wrong.</summary>
    private Parsed<RelayPlan> Plan(ParseResult line, string[] keys, IReadOnlyList<ListenOptions> doors, IReadOnlyList<Exposed> exposed)
    {
        ConnectorOptions options = _flags.ToConnectorOptions(line);
        ConnectorOptions connector = _flags.ToToldOptions(line);
        return All(keys, TicketKeyParser.Read, "--ticket-key").Next(known =>
            All(doors, door => EndPointSecrets.Read(door, connector), "LISTEN").Next(listen =>
            All(exposed, one => EndPointSecrets.Read(one.Listen, connector).Next(at => one.Session.ReadSecrets().Then(session => new Exposed(at, session))), "--expose").Next(ports =>
            _flags.ToPlace(line).Next(place =>
            Relay(line, known).Then(relay => new RelayPlan(listen, relay, options, line.GetValue(_flags.Drain), line.GetValue(_flags.Json))
            {
                Admin = place,
                Events = line.GetValue(_flags.Events),
                Capture = line.GetValue(_flags.Capture),
                Exposed = ports,
            })))));
    }

    private Parsed<RelayOptions> Relay(ParseResult line, IReadOnlyList<TicketKey> keys)
    {
        try
        {
            return new RelayOptions
            {
                TicketKeys = keys,
                Heartbeat = line.GetValue(_heartbeat),
                AllowsTransit = line.GetValue(_transit),
                TellsAddresses = line.GetValue(_tellAddresses),
                MaxWaiting = line.GetValue(_maxWaiting) ?? _defaults.MaxWaiting,
                MaxWaitingPerAddress = line.GetValue(_maxWaitingPerAddress) ?? _defaults.MaxWaitingPerAddress,
                MaxTransitWaiting = line.GetValue(_maxTransitWaiting) ?? _defaults.MaxTransitWaiting,
                MaxJoinsPerMinutePerAddress = line.GetValue(_maxJoins) ?? _defaults.MaxJoinsPerMinutePerAddress,
            };
        }
        catch (ArgumentException error)
        {
            return new Wrong($"--heartbeat: {Diagnostics.ArgumentText.Of(error)}");
        }
    }

    private string? WhoMayEnter(ParseResult line, IReadOnlyList<ListenOptions> listen) =>
        (line.GetValue(_keys) ?? []).Length > 0
            ? line.GetValue(_open) ? "--open lets in everybody, and --ticket-key does not; remove one of them" : null
            : line.GetValue(_open) || listen.All(IsLocal) ? null
            : "whoever reaches this relay could use it; write --ticket-key file:PATH to ask for tickets, or --open to let in everybody";

    /// <summary>A session is one tenant's, so the relay cannot let itself in.</summary>
    private static string? TicketsOfExposed(string[] keys, IReadOnlyList<Exposed> exposed) =>
        keys.Length > 0 && exposed.Any(static one => one.Session.Ticket is null)
            ? "--expose: this relay asks for tickets, its own ends too; write ticket=file:PATH behind it, one of the tenant whose session it is"
            : null;

    private static string? InputOf(string[] keys, IEnumerable<string> endPoints) => StandardInput.Mistake(
        [.. keys.Where(TicketKeyParser.ReadsInput).Select(static key => $"--ticket-key {TicketKeyParser.IdOf(key)}"), .. EndPointSecrets.FromInput(endPoints)]);

    private static IEnumerable<string> OpenWarning(RelayPlan plan) =>
        plan.Relay.TicketKeys.Count == 0 && !plan.Listen.All(IsLocal) ? ["warning: this relay is open: whoever reaches it may use it, within the limits of an address"] : [];

    private static bool IsLocal(ListenOptions listen) => listen.EndPoints.All(LocalAddress.Is);

    private static Parsed<IReadOnlyList<T>> All<TFrom, T>(IEnumerable<TFrom> each, Func<TFrom, Parsed<T>> read, string name)
    {
        var all = new List<T>();
        foreach (TFrom from in each)
        {
            Parsed<T> one = read(from);
            if (one.Error is { } error)
            {
                return new Wrong($"{name}: {error}");
            }

            all.Add(one.Value!);
        }

        return all;
    }
}
