using System.Globalization;
using System.Net;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads an end point, <c>[scheme:]address[,option[=value]]…</c>, into the options of its side.</summary>
internal static class EndPointParser
{
    private const string Backlog = "backlog";
    private const string AcceptLimit = "accept-limit";
    private const int MostBacklog = 65_535;

    private static readonly string[] _names = [Backlog, AcceptLimit];
    private static readonly AddressParser _listening = new(IPAddress.Any, leastPort: 0);
    private static readonly AddressParser _connecting = new(IPAddress.Loopback, leastPort: 1);

    public static Parsed<ListenOptions> Listen(string text)
    {
        string[] parts = text.Split(',');
        Parsed<EndPoint> endPoint = _listening.Parse(parts[0]);
        if (endPoint.Error is not null)
        {
            return new Wrong(endPoint.Error);
        }

        var options = new ListenOptions(endPoint.Value!);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string part in parts.AsSpan(1))
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
        string[] parts = text.Split(',');
        Parsed<EndPoint> endPoint = _connecting.Parse(parts[0]);
        if (endPoint.Error is not null)
        {
            return new Wrong(endPoint.Error);
        }

        if (parts.Length == 1)
        {
            return new ConnectOptions(endPoint.Value!);
        }

        string name = Split(parts[1]).Name;
        return _names.Contains(name, StringComparer.Ordinal)
            ? new Wrong($"{name} is for a side that listens, and this one connects out; remove it")
            : Unknown(name);
    }

    private static Parsed<ListenOptions> Apply(ListenOptions options, string name, string? value)
    {
        int most = name == Backlog ? MostBacklog : int.MaxValue;
        if (!_names.Contains(name, StringComparer.Ordinal))
        {
            return Unknown(name);
        }

        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < 1 || number > most)
        {
            return new Wrong($"{name} must be a number from 1 to {most}; write {name}={(name == Backlog ? 512 : 1)}");
        }

        return name == Backlog ? options with { Backlog = number } : options with { AcceptLimit = number };
    }

    private static (string Name, string? Value) Split(string part) => part.Split('=', 2) switch
    {
        [string name, string value] => (name, value),
        _ => (part, null),
    };

    private static Wrong Unknown(string name) =>
        new($"'{name}' is not an option of an end point; there are backlog=N and accept-limit=N{Suggestion.For(name, _names)}");
}
