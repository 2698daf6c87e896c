using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.Cli.Values;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.EndPoints;

/// <summary>The options of a <c>tls:</c> end point, beside those of any other.</summary>
internal static class TlsOptionTable
{
    private const string PinKind = "sha256:";

    public static OptionTable<TlsSettings> Table { get; } = new(
        "a tls: end point",
        "tls",
        [
            new("cert", "FILE", "certificate and those of its authorities, PEM", static (tls, value) => File("cert", value).Then(path => tls with { CertificatePath = path })),
            new("key", "FILE", "its private key, PEM [in the file of cert]", static (tls, value) => File("key", value).Then(path => tls with { KeyPath = path })),
            new("ca", "FILE", "trust these authorities alone, PEM [the system's]", static (tls, value) => Authorities(value).Then(all => tls with { Authorities = all })),
            new("pin", "sha256:KEY", "trust this key alone, whatever its signer and name", static (tls, value) => Pin(value).Then(pin => tls with { Pins = [.. tls.Pins, pin] })) { CanRepeat = true },
            new("min-version", "1.2|1.3", "oldest version of TLS that will do [1.2]", static (tls, value) => value switch
            {
                "1.2" => tls with { Versions = SslProtocols.Tls12 | SslProtocols.Tls13 },
                "1.3" => tls with { Versions = SslProtocols.Tls13 },
                _ => new Wrong("min-version must be 1.2 or 1.3; older versions are broken"),
            }),
            new("alpn", "NAME+NAME", "protocols inside, such as h2+http/1.1", static (tls, value) => Protocols(value).Then(all => tls with { Protocols = all })),
            new("client-auth", "HOW", "listening: none, request or require [none]", static (tls, value) => value switch
            {
                "none" => tls with { ClientAuth = ClientAuth.None },
                "request" => tls with { ClientAuth = ClientAuth.Request },
                "require" => tls with { ClientAuth = ClientAuth.Require },
                _ => new Wrong("client-auth must be none, request or require; write client-auth=require"),
            }),
            new("tls-optional", "", "listening: admit peers that do not begin TLS too", static (tls, value) =>
                value is null ? tls with { IsOptional = true } : new Wrong("tls-optional takes no value; write tls-optional alone")),
            new("server-name", "NAME", "connecting: name to request and verify [the host]", static (tls, value) =>
                string.IsNullOrEmpty(value) || Uri.CheckHostName(value) == UriHostNameType.Unknown
                    ? new Wrong($"server-name must be a host name or an address, and '{value}' is neither")
                    : tls with { ServerName = value }),
            new("insecure", "", "connecting: check nothing; a warning says so", static (tls, value) =>
                value is null ? tls with { IsInsecure = true } : new Wrong("insecure takes no value; write insecure alone")),
        ],
        static (_, _) => null)
    {
        Scheme = TlsSettings.Scheme,
    };

    /// <summary>What to say where one of these stands behind an end point without TLS.</summary>
    public static Wrong? WithoutTls(string name) => Table.Has(name)
        ? new Wrong($"{name} is for TLS; write {TlsSettings.Scheme} before the address, or remove it")
        : null;

    private static Parsed<string> File(string name, string? value) =>
        string.IsNullOrEmpty(value) ? new Wrong($"{name} must be the path of a file of PEM; write {name}=/etc/ssl/site.pem") : value;

    private static Parsed<X509Certificate2Collection> Authorities(string? value)
    {
        Parsed<string> path = File("ca", value);
        if (path.Value is not { } file)
        {
            return new Wrong(path.Error!);
        }

        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPemFile(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return new Wrong($"ca: cannot read '{file}': {FileErrorText.Of(file, error)}");
        }

        return all.Count > 0 ? all : new Wrong($"ca: there is no certificate in '{file}'; it must be PEM");
    }

    private static Parsed<byte[]> Pin(string? value)
    {
        string written = value ?? "";
        string digits = written.StartsWith(PinKind, StringComparison.Ordinal) ? written[PinKind.Length..] : "";
        byte[] key = new byte[SHA256.HashSizeInBytes];
        if (digits.Length == 2 * key.Length && digits.All(char.IsAsciiHexDigit))
        {
            return Convert.FromHexString(digits);
        }

        return Convert.TryFromBase64String(digits, key, out int length) && length == key.Length
            ? key
            : new Wrong($"pin must be {PinKind} and then SHA-256 of the key, as 44 characters of base64 or 64 of hex; docs/tls.md tells how to get it");
    }

    private static Parsed<List<SslApplicationProtocol>> Protocols(string? value)
    {
        string[] names = (value ?? "").Split('+');
        return names.All(name => name.Length is > 0 and < 256 && name.All(char.IsAscii))
            ? names.Select(name => new SslApplicationProtocol(name)).ToList()
            : new Wrong("alpn must be names with + between them; write alpn=h2+http/1.1");
    }
}
