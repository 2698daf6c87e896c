using System.CommandLine;
using System.Reflection;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector extcap</c>: what Wireshark calls to list connectors and to capture from one.</summary>
internal sealed class ExtcapCommand : AdminCommand
{
    private readonly Option<bool> _interfaces = Switch("--extcap-interfaces", "list the connectors that run");
    private readonly Option<string?> _version = new("--extcap-version") { Description = "of Wireshark", HelpName = "VERSION", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _interface = Text("--extcap-interface", "NAME", "one that --extcap-interfaces lists");
    private readonly Option<bool> _linkTypes = Switch("--extcap-dlts", "which packets it gives");
    private readonly Option<bool> _arguments = Switch("--extcap-config", "which options it takes");
    private readonly Option<bool> _capture = Switch("--capture", "capture from it");
    private readonly Option<string?> _fifo = Text("--fifo", "PIPE", "where to");
    private readonly Option<string?> _filter = Text("--extcap-capture-filter", "FILTER", "host ADDRESS, net NETWORK, port N");
    private readonly CaptureFlags _what = new();

    public ExtcapCommand(Flags flags)
        : base(
            flags,
            "extcap",
            "Captures from the connectors that run, for Wireshark, which calls it.",
            "It lists the connectors of this user that were started with --admin auto, as\ninterfaces. How Wireshark gets to know it: socketconnector help extcap",
            "socketconnector extcap --extcap-interfaces")
    {
        Add([_interfaces, _version, _interface, _linkTypes, _arguments, _capture, _fifo, _filter, .. _what.All]);
    }

    public override IEnumerable<string> FlagLines => [OptionLine.Of("--admin WHERE", "this connector alone [all that run]; help admin")];

    protected override bool TakesJson => false;

    protected override string? Contradiction(ParseResult line) =>
        Flags.IsGiven(line, _interfaces) ? null
        : line.GetValue(_interface) is { } name
            ? ExtcapText.ReadName(name) is null ? $"'{name}' is no interface; take one from socketconnector extcap --extcap-interfaces"
            : line.GetValue(_capture) ? line.GetValue(_fifo) is null ? "--fifo is missing; it says which pipe the packets go to" : Filter(line).Error
            : IsAsked(line) ? null : "what is asked of the interface is missing; it is one of --extcap-dlts, --extcap-config, --capture"
        : line.GetValue(_capture) || line.GetValue(_linkTypes) || line.GetValue(_arguments) ? "--extcap-interface is missing; take one from socketconnector extcap --extcap-interfaces"
        : Flags.IsGiven(line, _version) ? null
        : "Wireshark calls this command with options that say what it wants; see socketconnector help extcap";

    protected override async Task<int> AskAsync(ParseResult line, CancellationToken cancellationToken)
    {
        if (!line.GetValue(_interfaces) && line.GetValue(_interface) is { } name)
        {
            // The rest is the same of all, and Wireshark asks for it of each whenever it starts.
            return line.GetValue(_capture) ? await CaptureAsync(line, name, cancellationToken)
                : Print(line.GetValue(_linkTypes) ? ExtcapText.LinkTypes : line.GetValue(_arguments) ? ExtcapText.Arguments : Verdict(line));
        }

        string program = ExtcapText.Program(ProductVersion());
        if (!line.GetValue(_interfaces))
        {
            return Print(program);
        }

        Parsed<IReadOnlyList<FoundChannel>> found = await FindAsync(line, cancellationToken);
        return found.Value is { } channels ? Print(program + ExtcapText.Interfaces(channels.Select(static channel => channel.Connectors))) : Refuse(found.Error!);
    }

    protected override async Task<int> RunAsync(ParseResult line, AdminClient client, CancellationToken cancellationToken)
    {
        await using CapturePipe pipe = await CapturePipe.OpenAsync(line.GetValue(_fifo)!, cancellationToken);
        try
        {
            await client.CaptureAsync(Query(line), pipe.Begin, pipe.Ending);
        }
        catch (OperationCanceledException) when (pipe.Ending.IsCancellationRequested)
        {
            // Wireshark has stopped the capture.
        }
        catch (AdminFailure failure) when (failure.IsEnd && pipe.HasBegun)
        {
            // The connector was killed; what it has relayed is told.
        }

        return Runner.Stopped;
    }

    private async Task<int> CaptureAsync(ParseResult line, string name, CancellationToken cancellationToken)
    {
        int process = ExtcapText.ReadName(name)!.Value.Process;
        Parsed<IReadOnlyList<FoundChannel>> found = await FindAsync(line, cancellationToken);
        if (found.Value is not { } channels)
        {
            return Refuse(found.Error!);
        }

        if (channels.FirstOrDefault(each => each.Connectors.Program?.ProcessId == process) is not { Place: var place })
        {
            throw new AdminFailure($"the connector of process {process} runs no more; refresh the list of interfaces");
        }

        using var client = new AdminClient(place);
        return await RunAsync(line, client, cancellationToken);
    }

    private string Query(ParseResult line)
    {
        ExtcapFilter filter = Filter(line).Value!;
        return _what.Query(line, ("connector", ExtcapText.ReadName(line.GetValue(_interface)!)!.Value.Connector), ("address", filter.Address), ("port", filter.Port));
    }

    /// <summary>Each of its parts narrows what is captured, so none may stand in an option as well.</summary>
    private Parsed<ExtcapFilter> Filter(ParseResult line) => ExtcapFilter.Parse(line.GetValue(_filter)).Next(filter =>
        (filter.Address is not null && _what.HasAddress(line)) || (filter.Port is not null && _what.HasPort(line))
            ? new Wrong("the capture filter and the options of the interface both have an address, or both a port; remove one of them")
            : (Parsed<ExtcapFilter>)filter);

    /// <summary>Whether a filter is right: Wireshark takes silence for yes, and a line for what is wrong.</summary>
    private string Verdict(ParseResult line) => Filter(line).Error is { } wrong ? $"{wrong}\n" : "";

    private bool IsAsked(ParseResult line) => line.GetValue(_linkTypes) || line.GetValue(_arguments) || Flags.IsGiven(line, _filter);

    private static int Print(string text) => LastOutput.TryWrite(text) ? Runner.Stopped : Runner.Failed;

    private static int Refuse(string mistake)
    {
        Notice.BeforeStart(mistake);
        return EntryPoint.Wrong;
    }

    private static Option<bool> Switch(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    private static Option<string?> Text(string name, string helpName, string description) => Flags.Valued(name, helpName, description, static text => (Parsed<string?>)text, (string?)null);

    private static string ProductVersion() => typeof(ExtcapCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";
}
