using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads <c>auto</c>, <c>unix:PATH</c>, and <c>127.0.0.1:PORT</c> with its tokens.</summary>
internal static class AdminOptionTable
{
    public const string Token = "token";
    public const string ReadOnlyToken = "read-token";

    private const string Automatic = "auto";
    private const string Forms = "write auto, unix:PATH or 127.0.0.1:PORT,token=file:PATH";

    public static OptionTable<AdminSettings> Table { get; } = new(
        "an admin channel by TCP",
        "admin",
        [
            new(Token, "SOURCE", "what lets in: env:NAME or file:PATH", static (admin, value) =>
                Source(Token, value).Then(source => admin with { Token = source })),
            new(ReadOnlyToken, "SOURCE", "what lets in to look, and to change nothing [none]", static (admin, value) =>
                Source(ReadOnlyToken, value).Then(source => admin with { ReadOnlyToken = source })),
        ],
        static (_, _) => null);

    private static AddressParser Addresses { get; } = new(IPAddress.Loopback, minPort: 0);

    public static Parsed<AdminSettings> Parse(string text) => WrittenEndPoint.Of(text).Next(written =>
        written.Tls is not null || written.Via is not null ? new Wrong($"takes neither TLS nor a relay; {Forms}")
        : written.Address == Automatic ? Automatically(written.Options)
        : IsWord(written.Address) ? new Wrong($"'{written.Address}' is no place of an admin channel; {Forms}")
        : Addresses.Parse(written.Address).Next(Local).Next(endPoint => Table.Apply(new AdminSettings(endPoint), written.Options)).Next(WithToken));

    /// <summary>Whether a word of the command line has a token in it, which then must not be repeated.</summary>
    /// <returns>What to write instead; nothing where there is none.</returns>
    public static string? InPlaceOfSecret(string word) => SecretSource.IsWrittenIn(word, Token) ? $"{Token}=env:NAME or {Token}=file:PATH" : null;

    private static Parsed<AdminSettings> Automatically(IReadOnlyList<string> options) =>
        options.Count == 0 ? new AdminSettings(EndPoint: null) : new Wrong($"{Automatic} takes no options; {Forms}");

    private static bool IsWord(string address) => address.All(static letter => char.IsAsciiLetter(letter) || letter == '-');

    private static Parsed<EndPoint> Local(EndPoint endPoint) => endPoint switch
    {
        UnixDomainSocketEndPoint when endPoint.ToString() is "" or ['@', ..] => new Wrong("is an abstract name, which has no permissions, so every user could connect; write unix:PATH"),
        UnixDomainSocketEndPoint => endPoint,
        IPEndPoint ip when IPAddress.IsLoopback(ip.Address) => endPoint,
        DnsEndPoint { Host: "localhost", Port: var port } => new IPEndPoint(IPAddress.Loopback, port),
        _ => new Wrong($"is for this machine alone; {Forms}"),
    };

    private static Parsed<AdminSettings> WithToken(AdminSettings admin) => (admin.EndPoint, admin.Token, admin.ReadOnlyToken) switch
    {
        (UnixDomainSocketEndPoint, null, null) => admin,
        (UnixDomainSocketEndPoint, _, _) => new Wrong("a Unix socket is guarded by its permissions, and takes no token; remove it"),
        (_, null, _) => new Wrong($"needs a token by TCP, since every user of this machine may connect there; write {Token}=file:PATH"),
        _ => admin,
    };

    private static Parsed<string> Source(string name, string? value) =>
        !SecretSource.Is(value) ? new Wrong($"{name} takes where the token is, never the token itself; write {name}=env:NAME or {name}=file:PATH")
        : SecretSource.IsInput(value!) ? new Wrong($"{name} is not read from standard input; write {name}=env:NAME or {name}=file:PATH")
        : value!;
}
