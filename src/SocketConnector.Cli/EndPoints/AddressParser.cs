using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Stdio;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>Reads the address of an end point: a port, <c>host:port</c>, <c>[ipv6]:port</c>, <c>unix:/path</c>, <c>unix:@name</c> or <c>stdio:</c>.</summary>
/// <param name="bareHost">The host that a bare port stands for.</param>
/// <param name="minPort">0 where the system may choose one.</param>
/// <param name="scheme">What stands before the address, and so before any that is offered instead.</param>
internal sealed class AddressParser(IPAddress bareHost, int minPort, string scheme = "")
{
    // RFC 1035, section 2.3.4, without the dot at the end.
    private const int MaxHostName = 253;
    private const string UnixScheme = "unix:";
    private const char AbstractSign = '@';
    private const string Forms = "write a port, host:port, [ipv6]:port or unix:/path";

    private string Expected { get; } = scheme.Length == 0 ? Forms : $"{Forms} after {scheme}";

    /// <summary>For an address that stands behind this scheme.</summary>
    public AddressParser Behind(string scheme) => new(bareHost, minPort, scheme);

    public Parsed<EndPoint> Parse(string text)
    {
        if (text.StartsWith(UnixScheme, StringComparison.Ordinal))
        {
            // Spaces at the end of a path belong to it.
            return Unix(text[UnixScheme.Length..]);
        }

        if (text == StandardEndPoint.Written)
        {
            return scheme.Length == 0 ? StandardEndPoint.Instance : new Wrong($"{text} does not speak TLS; remove {scheme}, or write it before the address of the other side");
        }

        string trimmed = text.Trim();
        if (trimmed.Length == 0)
        {
            return new Wrong($"the address is missing; {Expected}");
        }

        if (trimmed.Length < text.Length)
        {
            return new Wrong($"there is a space {(char.IsWhiteSpace(text[0]) ? "before" : "after")} it; write '{scheme}{trimmed}'");
        }

        if (ForeignAddress.Recognise(text, scheme) is { } foreign)
        {
            return foreign;
        }

        if (text.StartsWith('['))
        {
            return IPv6(text);
        }

        return text.Split(':') switch
        {
            [string port] when port.All(char.IsAsciiDigit) => WithPort(port, number => new IPEndPoint(bareHost, number)),
            [string path] when path.Contains('/', StringComparison.Ordinal) => new Wrong($"a Unix socket is written {scheme}unix:{path}"),
            [string host] => IsHost(host) ? PortMissing(host) : new Wrong($"'{host}' is neither a port nor host:port; {Expected}"),
            ["", string port] when port.Length > 0 => new Wrong($"the host is missing; write {scheme}{port} alone, or {scheme}host:{port}"),
            ["*", string port] => new Wrong($"'*' is not a host; write {scheme}{port}, or {scheme}0.0.0.0:{port}"),
            [_, string path] when path.Contains('/', StringComparison.Ordinal) => new Wrong($"'{path}' is not a port; a Unix socket is written {scheme}unix:/path"),
            [string host, ""] when IsHost(host) => PortMissing(host),
            [string host, string port] => Named(host, port),
            _ => ManyColons(text),
        };
    }

    private static bool IsHost(string host) => Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4;

    private Wrong PortMissing(string host) => new($"the port is missing; write {scheme}{host}:9000 for port 9000");

    /// <summary>Without brackets it is unclear where an IPv6 address ends; the last group is taken for a port where that leaves an address.</summary>
    private Wrong ManyColons(string text)
    {
        int last = text.LastIndexOf(':');
        if (IPAddress.TryParse(text[..last], out _) && int.TryParse(text[(last + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int port))
        {
            return new Wrong($"an IPv6 address goes in brackets; write {scheme}[{text[..last]}]:{port}");
        }

        return IPAddress.TryParse(text, out _)
            ? new Wrong($"an IPv6 address goes in brackets; write {scheme}[{text}]:9000")
            : new Wrong($"there are too many colons; {Expected}");
    }

    private Parsed<EndPoint> Unix(string path)
    {
        if (path.Length == 0)
        {
            return new Wrong($"the path is missing; write {scheme}unix:/run/app.sock");
        }

        bool isAbstract = path.StartsWith(AbstractSign);
        if (isAbstract && path.Length == 1)
        {
            return new Wrong($"the name is missing; write {scheme}unix:@name");
        }

        if (isAbstract && !OperatingSystem.IsLinux())
        {
            return new Wrong($"abstract names are there on Linux alone; write {scheme}unix:./{path} for a file of that name");
        }

        try
        {
            return new UnixDomainSocketEndPoint(isAbstract ? $"\0{path[1..]}" : path);
        }
        catch (ArgumentException)
        {
            return new Wrong("the path is too long; the system takes about 100 bytes for a Unix socket");
        }
    }

    private Parsed<EndPoint> IPv6(string text)
    {
        int end = text.IndexOf(']', StringComparison.Ordinal);
        if (end < 0)
        {
            return new Wrong($"the bracket is not closed; write {scheme}[::1]:9000");
        }

        string host = text[1..end];
        if (!IPAddress.TryParse(host, out IPAddress? address))
        {
            return new Wrong($"'{host}' is not an IPv6 address; write {scheme}[::1]:9000");
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return new Wrong($"brackets are for IPv6; write {scheme}{host}{text[(end + 1)..]}");
        }

        if (address.IsIPv6LinkLocal && address.ScopeId == 0)
        {
            return new Wrong($"an address of one link needs its interface; write {scheme}[{host.Split('%')[0]}%eth0]{text[(end + 1)..]} where that is eth0");
        }

        // A socket of IPv6 bound to an IPv4 address would be that address in a notation that few expect (RFC 4291, section 2.5.5.2).
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return text[(end + 1)..] is [':', _, ..] rest
            ? WithPort(rest[1..], number => new IPEndPoint(plain, number))
            : new Wrong($"the port is missing; write {scheme}[{host}]:9000");
    }

    private Parsed<EndPoint> Named(string host, string port)
    {
        if (host.All(character => char.IsAsciiDigit(character) || character == '.'))
        {
            // Short and octal forms such as 127.1 and 010.0.0.1 are read differently by different programs.
            return IPAddress.TryParse(host, out IPAddress? address) && address.ToString() == host
                ? WithPort(port, number => new IPEndPoint(address, number))
                : new Wrong($"'{host}' is not an IPv4 address; write four numbers from 0 to 255, such as 127.0.0.1");
        }

        return host.Length <= MaxHostName && Uri.CheckHostName(host) == UriHostNameType.Dns
            ? WithPort(port, number => new DnsEndPoint(host, number))
            : new Wrong($"'{host}' is not a host name; {Expected}");
    }

    private Parsed<EndPoint> WithPort(string text, Func<int, EndPoint> endPoint) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port >= minPort && port <= IPEndPoint.MaxPort
            ? endPoint(port)
            : new Wrong($"'{text}' is not a port; a port here is a number from {minPort} to {IPEndPoint.MaxPort}");
}
