using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>What the file of a Unix socket is given: <c>mode=</c>, <c>owner=</c>, <c>group=</c>.</summary>
internal static class UnixFileOptions
{
    private const string Mode = "mode";
    private const string Owner = "owner";
    private const string Group = "group";

    public static IEnumerable<EndPointOption<ListenOptions>> All { get; } =
    [
        new(Mode, "MODE", "permissions of the Unix socket's file, such as 660", static (options, value) => Of(options, Mode, "660") ?? WithMode(options, value)),
        new(Owner, "USER", "owner of that file, by name or number", static (options, value) =>
            Of(options, Owner, "root") ?? (string.IsNullOrEmpty(value) ? NotNamed(Owner, "root") : options with { UnixOwner = value })),
        new(Group, "GROUP", "group of that file, by name or number", static (options, value) =>
            Of(options, Group, "www-data") ?? (string.IsNullOrEmpty(value) ? NotNamed(Group, "www-data") : options with { UnixGroup = value })),
    ];

    /// <returns>What is wrong where there is no such file.</returns>
    private static Parsed<ListenOptions>? Of(ListenOptions options, string name, string example) => options.EndPoints.Any(IsFile)
        ? null
        : new Wrong($"{name} is for a Unix socket with a path, such as unix:/run/app.sock,{name}={example}; remove it");

    private static Parsed<ListenOptions> WithMode(ListenOptions options, string? value) =>
        value is { Length: 3 or 4 } && (value.Length == 3 || value[0] == '0') && value.All(digit => digit is >= '0' and <= '7')
            ? options with { UnixMode = (UnixFileMode)Convert.ToInt32(value, 8) }
            : new Wrong($"{Mode} must be three octal digits, as chmod takes them; write {Mode}=660");

    private static Wrong NotNamed(string name, string example) => new($"{name} must be a name or a number; write {name}={example}");

    private static bool IsFile(EndPoint endPoint) => endPoint is UnixDomainSocketEndPoint unix && !UnixName.IsAbstract(unix);
}
