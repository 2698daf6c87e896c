using SocketConnector.Cli.Stdio;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>Knows how other programs write an address, socat above all, and says how it is written here.</summary>
internal static class ForeignAddress
{
    private const string Kinds = $"there are TCP and Unix sockets, and {StandardEndPoint.Written}";

    // What stands before the first colon, in small letters. Only words that are hardly a host name; "proxy:8080" is one.
    private static readonly string[] _tcp = ["tcp", "tcp-listen", "tcp-l", "tcp-connect", "tcp4", "tcp4-listen", "tcp4-l", "tcp4-connect"];
    private static readonly string[] _listeningOnIPv6 = ["tcp6-listen", "tcp6-l"];
    private static readonly string[] _connectingByIPv6 = ["tcp6", "tcp6-connect"];
    private static readonly string[] _unix = ["unix", "unix-listen", "unix-l", "unix-connect", "unix-client"];
    private static readonly string[] _tls = ["tls", "ssl", "openssl", "openssl-listen", "openssl-connect"];
    private static readonly string[] _standard = ["-", "stdio", "stdin", "stdout"];
    private static readonly string[] _others = ["udp", "udp-listen", "udp-l", "udp4", "udp6", "sctp", "exec", "socks4", "socks5"];

    /// <param name="text">The address.</param>
    /// <param name="before">The scheme that stands before it already.</param>
    /// <returns>What to write instead, or nothing where it looks like none of them.</returns>
    public static Wrong? Recognise(string text, string before)
    {
        if (text.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Host.Length > 0)
        {
            return new Wrong($"this is a URL; write {(url.Scheme == Uri.UriSchemeHttps ? TlsSettings.Scheme : before)}{url.Host}:{(url.Port > 0 ? url.Port : 9000)}");
        }

        string[] parts = text.Split(':', 2);
        string scheme = parts[0].ToLowerInvariant();
        if (_standard.Contains(scheme, StringComparer.Ordinal) && (parts.Length == 1 || scheme != "-"))
        {
            return new Wrong($"standard input and output are written {StandardEndPoint.Written}");
        }

        return parts is [string written, string rest] ? WithScheme(scheme, written, rest, before) : null;
    }

    private static Wrong? WithScheme(string scheme, string written, string rest, string before)
    {
        if (_tcp.Contains(scheme, StringComparer.Ordinal) || _connectingByIPv6.Contains(scheme, StringComparer.Ordinal))
        {
            return new Wrong($"'{written}:' is not needed; write {before}{(rest.Length > 0 ? rest : "9000")}");
        }

        if (_listeningOnIPv6.Contains(scheme, StringComparer.Ordinal))
        {
            return new Wrong($"'{written}:' is not needed; write {before}[::]:{rest}");
        }

        if (_unix.Contains(scheme, StringComparer.Ordinal))
        {
            return new Wrong($"a Unix socket is written {before}unix:{rest}");
        }

        if (_tls.Contains(scheme, StringComparer.Ordinal))
        {
            return new Wrong($"TLS is written {TlsSettings.Scheme}{(rest.Length > 0 ? rest : "9000")}, once for all addresses of a side");
        }

        return _others.Contains(scheme, StringComparer.Ordinal)
            ? new Wrong($"'{written}:' is not a kind of end point here; {Kinds}")
            : null;
    }
}
