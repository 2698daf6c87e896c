using System.Net;
using SocketConnector.Cli.Values;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.EndPoints;

/// <summary>What a <c>via:</c> end point says, before its secrets are read.</summary>
internal sealed record ViaSettings
{
    public const string Scheme = "via:";

    /// <summary>Where the relay is.</summary>
    public EndPoint? Relay { get; init; }

    /// <summary>Where the session's secret is kept.</summary>
    public string? Session { get; init; }

    /// <summary>Where the ticket is kept, if there is one.</summary>
    public string? Ticket { get; init; }

    public EndToEndMode EndToEnd { get; init; } = EndToEndMode.Tls;

    public int? Standby { get; init; }

    public int? MaxStandby { get; init; }

    /// <summary>How TLS is spoken with the relay; nothing where it is not.</summary>
    public TlsSettings? Tls { get; init; }

    /// <summary>The secret itself, where it comes from a code and not from a place, or once it is read.</summary>
    public SessionSecret? Secret { get; init; }

    /// <summary>The ticket itself, once it is read.</summary>
    public string? KnownTicket { get; init; }

    /// <summary>Reads the secrets, which may wait for standard input.</summary>
    public Parsed<ViaSettings> ReadSecrets() =>
        (Secret is { } known ? known : ReadSecret()).Next(secret => ReadTicket().Then(ticket => this with { Secret = secret, KnownTicket = ticket }));

    /// <summary>Reads the secrets, for the relay that was written.</summary>
    /// <param name="connector">The options of the connector that it is for: its log, and how long connecting may take.</param>
    public Parsed<RendezvousEndPoint> Read(ConnectorOptions connector) =>
        ReadSecrets().Next(known => ToTls().Then(tls => known.ToEndPoint(new ConnectOptions(Relay!) { Tls = tls }, connector)));

    /// <summary>The session, once its secrets are read.</summary>
    /// <param name="relay">Where the relay is, and how to connect to it.</param>
    /// <param name="connector">The options of the connector that it is for: its log, and how long connecting may take.</param>
    public RendezvousEndPoint ToEndPoint(ConnectOptions relay, ConnectorOptions connector) => new(relay, Secret!)
    {
        EndToEnd = EndToEnd,
        Ticket = KnownTicket,
        Standby = Standby ?? DefaultStandby,
        MaxStandby = MaxStandby ?? Math.Max(DefaultMaxStandby, Standby ?? 0),
        LoggerFactory = connector.LoggerFactory,
        ConnectWait = WaitWithin(connector.ConnectTimeout),
    };

    /// <summary>What is wrong with the TLS settings, before anything is read.</summary>
    public Parsed<TlsConnectOptions?> ToTls() => Tls is { } tls ? tls.ToConnecting().Then(static options => (TlsConnectOptions?)options) : new Parsed<TlsConnectOptions?>(null, null);

    /// <summary>Nothing of its secrets.</summary>
    /// <returns>Where the relay is.</returns>
    public override string ToString() => Relay is null ? Scheme : $"{Scheme}{EndPointText.Of(Relay)}";

    // A relay lets an end wait for less.
    private static readonly TimeSpan _longest = TimeSpan.FromDays(1);

    private const int DefaultStandby = 4;
    private const int DefaultMaxStandby = 32;

    // That of a JOIN (docs/rendezvous-protocol.md).
    private const int MaxTicketLength = 2048;

    /// <summary>Leaves a fifth of the connector's time to say why there is no partner.</summary>
    private static TimeSpan WaitWithin(TimeSpan connectTimeout) => connectTimeout == Timeout.InfiniteTimeSpan ? _longest : connectTimeout * 0.8;

    private Parsed<SessionSecret> ReadSecret()
    {
        Parsed<string> text = SecretSource.Read(Session!);
        if (text.Error is { } error)
        {
            return new Wrong($"session: {error}");
        }

        try
        {
            // The end of a line is the editor's.
            return SessionSecret.Parse(text.Value!.TrimEnd('\r', '\n'));
        }
        catch (FormatException wrong)
        {
            return new Wrong($"session: {wrong.Message}; make one with: openssl rand -hex 16");
        }
    }

    private Parsed<string?> ReadTicket()
    {
        if (Ticket is null || KnownTicket is not null)
        {
            return new Parsed<string?>(KnownTicket, null);
        }

        Parsed<string> text = SecretSource.Read(Ticket);
        if (text.Error is { } error)
        {
            return new Wrong($"ticket: {error}");
        }

        string ticket = text.Value!.Trim();
        return ticket.Length == 0 || ticket.Any(static letter => letter is <= ' ' or > '~') ? new Wrong("ticket: there is none in it; make one with: socketconnector ticket")
            : ticket.Length > MaxTicketLength ? new Wrong($"ticket: there is none in it, for none is longer than 2048 characters; make one with: socketconnector ticket")
            : ticket;
    }
}
