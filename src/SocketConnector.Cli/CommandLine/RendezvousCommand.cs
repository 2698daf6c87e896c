using System.CommandLine;
using System.Net;
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
    private readonly Option<string[]> _keys = new("--ticket-key") { HelpName = "[ID=]SOURCE", Description = "a key by which tickets are verified; several" };
    private readonly Option<string[]> _expose = new("--expose") { HelpName = "LISTEN,session=SOURCE", Description = "a port whose clients meet a session; several" };
    private readonly Option<bool> _transit = new("--transit") { Description = "serve clients of magic-wormhole as well" };
    private readonly Option<bool> _tellAddresses = new("--tell-addresses") { Description = "tell each of a pair where the other comes from" };
    private readonly Option<TimeSpan> _heartbeat = Flags.Valued("--heartbeat", "TIME", "between the pings of ends that wait [20s]", static text => DurationParser.Parse(text, allowNone: false), _defaults.Heartbeat);
    private readonly Option<int?> _maxWaiting = Number("--max-waiting", "ends that wait at once [100000]");
    private readonly Option<int?> _maxWaitingPerAddress = Number("--max-waiting-per-address", "the same from each address [1000]");
    private readonly Option<int?> _maxJoins = Number("--max-joins", "joins of each address in a minute [600]");

    private static readonly RelayOptions _defaults = new();

    public RendezvousCommand(Flags flags)
        : base(
            "rendezvous",
            "Serves as the relay where via: end points meet.",
            "Two ends that can only connect out meet here, on one port. They know each other\nby a secret that the relay does not see; unless they want it otherwise, it cannot\nread what they say.",
            "socketconnector rendezvous 7000 --ticket-key file:relay.key")
    {
        Arguments.Add(_listen);
        ((Option[])[_open, _keys, _expose, _transit, _tellAddresses, _heartbeat, _maxWaiting, _maxWaitingPerAddress, _maxJoins]).ToList().ForEach(option =>
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
        SetAction(async line =>
        {
            Parsed<RelayPlan> plan = Plan(line, flags);
            if (plan.Value is { } known)
            {
                return await new RelayRunner(known).RunAsync();
            }

            Notice.BeforeStart(plan.Error!);
            return EntryPoint.Wrong;
        });
    }

    private Parsed<RelayPlan> Plan(ParseResult line, Flags flags)
    {
        ConnectorOptions options = flags.ToConnectorOptions(line);
        return All(line.GetRequiredValue(_listen), EndPointParser.Listen, "LISTEN").Next(listen =>
            WhoMayEnter(line, listen) is { } mistake ? new Wrong(mistake)
            : All(line.GetValue(_keys) ?? [], TicketKeyParser.Read, "--ticket-key").Next(keys =>
            All(line.GetValue(_expose) ?? [], text => ExposedParser.Parse(text), "--expose").Next(exposed =>
            Relay(line, keys).Then(relay => new RelayPlan(listen, relay, options, line.GetValue(flags.Drain), line.GetValue(flags.Json))
            {
                Events = line.GetValue(flags.Events),
                Exposed = exposed,
                Warnings = [.. (line.GetValue(_keys) ?? []).Select(TicketKeyParser.Warning).OfType<string>(), .. OpenWarning(listen, keys)],
            }))));
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

    private static IEnumerable<string> OpenWarning(IReadOnlyList<ListenOptions> listen, IReadOnlyList<TicketKey> keys) =>
        keys.Count == 0 && !listen.All(IsLocal) ? ["warning: this relay is open: whoever reaches it may use it, within the limits of an address"] : [];

    private static bool IsLocal(ListenOptions listen) => listen.EndPoints.All(static endPoint => endPoint is not IPEndPoint ip || IPAddress.IsLoopback(ip.Address));

    private static Parsed<IReadOnlyList<T>> All<T>(IEnumerable<string> texts, Func<string, Parsed<T>> parse, string name)
    {
        var all = new List<T>();
        foreach (string text in texts)
        {
            Parsed<T> one = parse(text);
            if (one.Error is { } error)
            {
                return new Wrong($"{name}: {error}");
            }

            all.Add(one.Value!);
        }

        return all;
    }

    private static Option<int?> Number(string name, string description) =>
        Flags.Valued(name, "N", description, text => NumberOption.Read("it", text, example: 1000), (int?)null);
}
