using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Events;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads an end point, <c>[scheme:]address[,option[=value]]…</c>, or several behind <c>also=</c>, into the options of its side.</summary>
internal static class EndPointParser
{
    private const string Also = "also";
    private const string Backlog = "backlog";
    private const string AcceptLimit = "accept-limit";
    private const string Mode = "mode";
    private const string Owner = "owner";
    private const string Group = "group";
    private const string AcceptProxy = "accept-proxy";
    private const string SendProxy = "send-proxy";
    private const string Allow = "allow";
    private const string Deny = "deny";

    // A Unix socket is of no network.
    private const string AnyOnUnix = "unix";
    private const int MaxBacklog = 65_535;

    private static readonly string[] _listenNames = [Also, Backlog, AcceptLimit, Allow, Deny, AcceptProxy, Mode, Owner, Group];
    private static readonly string[] _connectNames = [SendProxy];
    private static readonly AddressParser _listening = new(IPAddress.Any, minPort: 0);
    private static readonly AddressParser _connecting = new(IPAddress.Loopback, minPort: 1);

    public static Parsed<ListenOptions> Listen(string text)
    {
        Parsed<IReadOnlyList<string>> split = QuotedParts.Split(text);
        if (split.Value is not { } parts)
        {
            return new Wrong(split.Error!);
        }

        // Before the options, which are for all of them, wherever they stand.
        Parsed<ListenOptions> listening = ListenOn(parts);
        if (listening.Value is not { } options)
        {
            return listening;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, string? value) in parts.Skip(1).Select(Split).Where(option => option.Name != Also))
        {
            if (!seen.Add(name))
            {
                return new Wrong($"{name} is there twice");
            }

            Parsed<ListenOptions> changed = Apply(options, name, value);
            if (changed.Error is not null)
            {
                return changed;
            }

            options = changed.Value!;
        }

        return options;
    }

    public static Parsed<ConnectOptions> Connect(string text)
    {
        Parsed<IReadOnlyList<string>> split = QuotedParts.Split(text);
        if (split.Value is not { } parts)
        {
            return new Wrong(split.Error!);
        }

        Parsed<EndPoint> endPoint = _connecting.Parse(parts[0]);
        if (endPoint.Error is not null)
        {
            return new Wrong(endPoint.Error);
        }

        var options = new ConnectOptions(endPoint.Value!);
        if (parts.Count == 1)
        {
            return options;
        }

        (string name, string? value) = Split(parts[1]);
        return name != SendProxy ? NotOfConnecting(name)
            : parts.Count > 2 ? Split(parts[2]).Name == SendProxy ? new Wrong($"{SendProxy} is there twice") : NotOfConnecting(Split(parts[2]).Name)
            : value switch
            {
                "v1" => options with { SendProxy = ProxyVersion.V1 },
                "v2" => options with { SendProxy = ProxyVersion.V2 },
                _ => new Wrong($"{SendProxy} must be v1 or v2; write {SendProxy}=v2"),
            };
    }

    private static Wrong NotOfConnecting(string name) => _listenNames.Contains(name, StringComparer.Ordinal)
        ? new Wrong($"{name} is for a side that listens, and this one connects out; remove it")
        : new Wrong($"'{name}' is not an option of an end point to connect to; there is send-proxy=v1 or v2{Suggestion.For(name, _connectNames)}");

    private static Parsed<ListenOptions> ListenOn(IReadOnlyList<string> parts)
    {
        var endPoints = new List<EndPoint>();
        foreach (string address in parts.Skip(1).Select(Split).Where(option => option.Name == Also).Select(option => option.Value ?? "").Prepend(parts[0]))
        {
            Parsed<EndPoint> endPoint = _listening.Parse(address);
            if (endPoint.Error is not null)
            {
                return new Wrong(endPoints.Count == 0 ? endPoint.Error : $"{Also}={address}: {endPoint.Error}");
            }

            endPoints.Add(endPoint.Value!);
        }

        try
        {
            return new ListenOptions(endPoints);
        }
        catch (ArgumentException error)
        {
            // Each is right by itself, and they are not together. What follows names a parameter, which no user knows.
            return new Wrong(error.Message.Split(" (Parameter ")[0]);
        }
    }

    private static Parsed<ListenOptions> Apply(ListenOptions options, string name, string? value) => name switch
    {
        Backlog or AcceptLimit => ApplyNumber(options, name, value),
        Mode or Owner or Group when !options.EndPoints.Any(IsFile) =>
            new Wrong($"{name} is for a Unix socket with a path, such as unix:/run/app.sock,{name}={Example(name)}; remove it"),
        Mode => ApplyMode(options, value),
        Owner or Group when string.IsNullOrEmpty(value) => new Wrong($"{name} must be a name or a number; write {name}={Example(name)}"),
        Owner => options with { UnixOwner = value },
        Group => options with { UnixGroup = value },
        AcceptProxy => ApplyAcceptProxy(options, value),
        Allow or Deny => ApplyAccess(options, name, value),
        SendProxy => new Wrong($"{name} is for a side that connects out, and this one listens; write {AcceptProxy}=NETWORKS to take headers, or remove it"),
        _ when value is null && _listening.Parse(name).Value is { } further =>
            new Wrong($"'{name}' is an address of its own; to listen there too, write {Also}={(further is UnixDomainSocketEndPoint ? EndPointName.Of(further) : name)}"),
        _ => Unknown(name),
    };

    private static Parsed<ListenOptions> ApplyNumber(ListenOptions options, string name, string? value)
    {
        int most = name == Backlog ? MaxBacklog : int.MaxValue;
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1 || number > most)
        {
            return new Wrong($"{name} must be a number from 1 to {most}; write {name}={Example(name)}");
        }

        return name == Backlog ? options with { Backlog = number } : options with { AcceptLimit = number };
    }

    private static Parsed<ListenOptions> ApplyMode(ListenOptions options, string? value) =>
        value is { Length: 3 or 4 } && (value.Length == 3 || value[0] == '0') && value.All(digit => digit is >= '0' and <= '7')
            ? options with { UnixMode = (UnixFileMode)Convert.ToInt32(value, 8) }
            : new Wrong($"{Mode} must be three octal digits, as chmod takes them; write {Mode}={Example(Mode)}");

    private static Parsed<ListenOptions> ApplyAccess(ListenOptions options, string name, string? value)
    {
        Parsed<IReadOnlyList<IPNetwork>> networks = string.IsNullOrEmpty(value) ? new Wrong("the networks are missing") : NetworkParser.ParseAllOrFile(value);
        return networks.Value is not { } read ? new Wrong($"{name}: {networks.Error}; for instance {name}={Example(AcceptProxy)} or {name}=file:/etc/networks")
            : name == Allow ? options with { Allow = read }
            : options with { Deny = read };
    }

    private static Parsed<ListenOptions> ApplyAcceptProxy(ListenOptions options, string? value)
    {
        if (value == AnyOnUnix && options.EndPoints.Any(endPoint => endPoint is UnixDomainSocketEndPoint))
        {
            return options with { AcceptProxyFrom = [] };
        }

        bool isUnix = options.EndPoints.All(endPoint => endPoint is UnixDomainSocketEndPoint);
        Parsed<IReadOnlyList<IPNetwork>> networks = string.IsNullOrEmpty(value) ? new Wrong("which load balancers may tell addresses is missing")
            : value == AnyOnUnix ? new Wrong("'unix' is for a side that listens on a Unix socket")
            : NetworkParser.ParseAll(value);
        return networks.Value is { } from
            ? options with { AcceptProxyFrom = from }
            : new Wrong($"{AcceptProxy}: {networks.Error}; for instance {AcceptProxy}={Example(isUnix ? AnyOnUnix : AcceptProxy)}");
    }

    private static bool IsFile(EndPoint endPoint) => endPoint is UnixDomainSocketEndPoint unix && !UnixName.IsAbstract(unix);

    private static string Example(string name) => name switch { Backlog => "512", AcceptLimit => "1", Mode => "660", Owner => "root", AcceptProxy => "10.0.0.0/8", AnyOnUnix => AnyOnUnix, _ => "www-data" };

    private static (string Name, string? Value) Split(string part) => part.Split('=', 2) switch
    {
        [string name, string value] => (name, value),
        _ => (part, null),
    };

    private static Wrong Unknown(string name) =>
        new($"'{name}' is not an option of an end point; there are also=ADDRESS, backlog=N, accept-limit=N, allow=NETWORKS, deny=NETWORKS, accept-proxy=NETWORKS, and for unix: mode=, owner= and group={Suggestion.For(name, _listenNames)}");
}
