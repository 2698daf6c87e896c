using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads an end point, <c>[scheme:]address[,option[=value]]…</c>, into the options of its side.</summary>
internal static class EndPointParser
{
    private const string Backlog = "backlog";
    private const string AcceptLimit = "accept-limit";
    private const string Mode = "mode";
    private const string Owner = "owner";
    private const string Group = "group";
    private const int MaxBacklog = 65_535;

    private static readonly string[] _names = [Backlog, AcceptLimit, Mode, Owner, Group];
    private static readonly AddressParser _listening = new(IPAddress.Any, minPort: 0);
    private static readonly AddressParser _connecting = new(IPAddress.Loopback, minPort: 1);

    public static Parsed<ListenOptions> Listen(string text)
    {
        Parsed<IReadOnlyList<string>> split = QuotedParts.Split(text);
        if (split.Value is not { } parts)
        {
            return new Wrong(split.Error!);
        }

        Parsed<EndPoint> endPoint = _listening.Parse(parts[0]);
        if (endPoint.Error is not null)
        {
            return new Wrong(endPoint.Error);
        }

        var options = new ListenOptions(endPoint.Value!);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string part in parts.Skip(1))
        {
            (string name, string? value) = Split(part);
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

        if (parts.Count == 1)
        {
            return new ConnectOptions(endPoint.Value!);
        }

        string name = Split(parts[1]).Name;
        return _names.Contains(name, StringComparer.Ordinal)
            ? new Wrong($"{name} is for a side that listens, and this one connects out; remove it")
            : Unknown(name);
    }

    private static Parsed<ListenOptions> Apply(ListenOptions options, string name, string? value) => name switch
    {
        Backlog or AcceptLimit => ApplyNumber(options, name, value),
        Mode or Owner or Group when !IsFile(options.EndPoint) =>
            new Wrong($"{name} is for a Unix socket with a path, such as unix:/run/app.sock,{name}={Example(name)}; remove it"),
        Mode => ApplyMode(options, value),
        Owner or Group when string.IsNullOrEmpty(value) => new Wrong($"{name} must be a name or a number; write {name}={Example(name)}"),
        Owner => options with { UnixOwner = value },
        Group => options with { UnixGroup = value },
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

    private static bool IsFile(EndPoint endPoint) => endPoint is UnixDomainSocketEndPoint unix && !UnixName.IsAbstract(unix);

    private static string Example(string name) => name switch { Backlog => "512", AcceptLimit => "1", Mode => "660", Owner => "root", _ => "www-data" };

    private static (string Name, string? Value) Split(string part) => part.Split('=', 2) switch
    {
        [string name, string value] => (name, value),
        _ => (part, null),
    };

    private static Wrong Unknown(string name) =>
        new($"'{name}' is not an option of an end point; there are backlog=N, accept-limit=N, and for unix: mode=, owner= and group={Suggestion.For(name, _names)}");
}
