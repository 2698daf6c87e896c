using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>The options of a <c>via:</c> end point, beside those of its side.</summary>
internal static class ViaOptionTable
{
    /// <summary>Before each option of TLS that is about the relay.</summary>
    public const string RelayPrefix = "relay-";

    private const string Session = "session";
    private const string Ticket = "ticket";
    private const int MaxStandby = 256;

    public static OptionTable<ViaSettings> Table { get; } = new(
        "a via: end point",
        "via",
        [
            new(Session, "SOURCE", "secret of both ends: env:NAME, file:PATH, stdin:", static (via, value) =>
                SecretSource.Is(value) ? via with { Session = value } : new Wrong($"{Session} takes where the secret is, never the secret itself; write {Example(Session)}")),
            new(Ticket, "SOURCE", "a ticket for the relay, likewise [none]", static (via, value) =>
                SecretSource.Is(value) ? via with { Ticket = value } : new Wrong($"{Ticket} takes where the ticket is; write {Ticket}=file:PATH or {Ticket}=env:NAME")),
            new("e2e", EndToEndOption.Takes, "how the ends protect what they say [tls]", static (via, value) => EndToEndOption.Read(value) is { } mode
                ? via with { EndToEnd = mode }
                : new Wrong("e2e must be tls, proof or none; both ends must say the same")),
            new("standby", "N", "listening: connections that wait at the relay [4]", static (via, value) =>
                NumberOption.Read("standby", value, example: 8, MaxStandby).Then(number => via with { Standby = number })),
            new("standby-max", "N", "listening: the same under load [32]", static (via, value) =>
                NumberOption.Read("standby-max", value, example: 64, MaxStandby).Then(number => via with { MaxStandby = number })),
            new("relay-tls", "", "speak TLS with it; also relay-ca=, relay-pin= [off]", static (via, value) =>
                value is null ? via with { Tls = via.Tls ?? new TlsSettings() } : new Wrong("relay-tls takes no value; write relay-tls alone")),
        ],
        static (_, _) => null)
    {
        Scheme = ViaSettings.Scheme,
    };

    /// <summary>Reads <c>HOST:PORT</c> and what stands behind its commas.</summary>
    /// <param name="address">Where the relay is.</param>
    /// <param name="options">Of <c>via:</c> and of the relay's TLS.</param>
    /// <param name="needsSession">Whether the secret must be named.</param>
    public static Parsed<ViaSettings> Parse(string address, IReadOnlyList<string> options, bool needsSession)
    {
        string[] tls = [.. options.Where(IsOfRelayTls)];
        return ConnectOptionTable.Addresses.Behind(ViaSettings.Scheme).Parse(address).Next(relay =>
            Table.Apply(new ViaSettings { Relay = relay }, options.Except(tls, StringComparer.Ordinal))).Next(via =>
            tls.Length == 0 ? via : TlsOptionTable.Table.Apply(via.Tls ?? new TlsSettings(), tls.Select(static option => option[RelayPrefix.Length..])).Then(settings => via with { Tls = settings })).Next(via =>
            via.Session is null && needsSession ? new Wrong($"the session's secret is missing; write {Example(Session)}")
            : via.ToTls().Error is { } error ? new Wrong(error)
            : (Parsed<ViaSettings>)via);
    }

    /// <summary>Whether a word of the command line has a secret in it, which then must not be repeated.</summary>
    /// <returns>What to write instead; nothing where there is none.</returns>
    public static string? InPlaceOfSecret(string word) => Array.Find([Session, Ticket], name => SecretSource.IsWrittenIn(word, name)) is { } name ? Example(name) : null;

    /// <summary>Which options of an end point take a secret from standard input.</summary>
    public static IEnumerable<string> FromInput(string endPoint) => Sources(endPoint).Where(static option => SecretSource.IsInput(option.Source)).Select(static option => $"{option.Name}=");

    /// <summary>What to warn of at the start, for each file of a secret that an end point names.</summary>
    public static IEnumerable<string> Warnings(string endPoint) => Sources(endPoint).Select(static option => SecretSource.Warning(option.Source)).OfType<string>();

    private static string Example(string name) => $"{name}=env:NAME, {name}=file:PATH or {name}=stdin:";

    private static IEnumerable<(string Name, string Source)> Sources(string endPoint) =>
        from option in (QuotedParts.Split(endPoint).Value ?? []).Skip(1).Select(OptionTable<ViaSettings>.Split)
        where option.Name is Session or Ticket && option.Value is not null
        select (option.Name, option.Value);

    /// <summary>Whether an option is of <c>via:</c>, and not of the side.</summary>
    public static bool IsOfVia(string option) => Table.Has(OptionTable<ViaSettings>.Split(option).Name) || IsOfRelayTls(option);

    private static bool IsOfRelayTls(string option) =>
        option.StartsWith(RelayPrefix, StringComparison.Ordinal) && TlsOptionTable.Table.Has(OptionTable<TlsSettings>.Split(option).Name[RelayPrefix.Length..]);
}
