using System.Net;
using Microsoft.Extensions.Logging;
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

    /// <summary>The secret itself, where it comes from a code and not from a place.</summary>
    public SessionSecret? Secret { get; init; }

    /// <summary>Reads the secrets, which may wait for standard input.</summary>
    /// <param name="loggers">Where the end point tells of its relay.</param>
    public Parsed<RendezvousEndPoint> Read(ILoggerFactory? loggers) =>
        (Secret is { } known ? known : ReadSecret()).Next(secret =>
        ReadTicket().Next(ticket =>
        ToTls().Then(tls =>
            new RendezvousEndPoint(new ConnectOptions(Relay!) { Tls = tls }, secret)
            {
                EndToEnd = EndToEnd,
                Ticket = ticket,
                Standby = Standby ?? DefaultStandby,
                MaxStandby = MaxStandby ?? Math.Max(DefaultMaxStandby, Standby ?? 0),
                LoggerFactory = loggers,
            })));

    /// <summary>What is wrong with the TLS settings, before anything is read.</summary>
    public Parsed<TlsConnectOptions?> ToTls() => Tls is { } tls ? tls.ToConnecting().Then(static options => (TlsConnectOptions?)options) : new Parsed<TlsConnectOptions?>(null, null);

    private const int DefaultStandby = 4;
    private const int DefaultMaxStandby = 32;

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
        if (Ticket is null)
        {
            return new Parsed<string?>(null, null);
        }

        Parsed<string> text = SecretSource.Read(Ticket);
        return text.Error is { } error ? new Wrong($"ticket: {error}")
            : text.Value!.Trim() is { Length: > 0 } ticket && ticket.All(static letter => letter is > ' ' and <= '~') ? ticket
            : new Wrong("ticket: there is none in it; make one with: socketconnector ticket");
    }
}
