using System.Globalization;
using SocketConnector.Cli.Tables;

namespace SocketConnector.Cli.Admin;

/// <summary>All that is known of one connection, for people: a column for each side.</summary>
internal static class ConnectionSheet
{
    private static readonly (string Name, Func<PeerInfo, string?> Of)[] _rows =
    [
        ("remote", static peer => peer.Remote ?? "unknown"),
        ("local", static peer => peer.Local),
        ("identity", static peer => peer.Identity),
        ("dialled", static peer => peer.Dialled ? "yes" : "no"),
        ("connected", static peer => peer.ConnectedAt is { } time ? TimeText.At(time) : null),
        ("socket remote", static peer => peer.SocketRemote == peer.Remote ? null : peer.SocketRemote),
        ("socket local", static peer => peer.SocketLocal == peer.Local ? null : peer.SocketLocal),
        ("process", static peer => peer.ProcessId?.ToString(CultureInfo.InvariantCulture)),
        ("user", static peer => peer.UserId?.ToString(CultureInfo.InvariantCulture)),
        ("TLS", static peer => peer.Tls is { } tls ? Joined(Version(tls.Protocol), tls.CipherSuite) : null),
        ("server name", static peer => peer.Tls?.ServerName),
        ("ALPN", static peer => peer.Tls?.Alpn),
        ("TCP", static peer => peer.Tcp?.State),
        ("round trip", static peer => peer.Tcp is { } tcp ? Invariant($"{tcp.RoundTripSeconds * 1000:0.###}ms, varies by {tcp.RoundTripVarianceSeconds * 1000:0.###}ms") : null),
        ("retransmits", static peer => peer.Tcp?.Retransmits.ToString(CultureInfo.InvariantCulture)),
        ("window", static peer => peer.Tcp is { } tcp ? Invariant($"{tcp.CongestionWindow} segments of {tcp.Mss}B") : null),
        ("queues", static peer => peer.Tcp is { } tcp ? $"{SizeText.Of(tcp.SendQueue)} to send, {SizeText.Of(tcp.ReceiveQueue)} to read" : null),
        ("delivers", static peer => peer.Tcp is { DeliveryRate: > 0 and var rate } ? SizeText.Rate(rate) : null),
    ];

    public static string Of(ConnectionInfo connection, int? width)
    {
        var table = new TextTable(new TextColumn(""), new TextColumn("A") { IsFlexible = true }, new TextColumn("B") { IsFlexible = true });
        foreach ((string name, Func<PeerInfo, string?> of) in _rows)
        {
            (string? a, string? b) = (of(connection.A), of(connection.B));
            if (a is not null || b is not null)
            {
                table.Add(name, a ?? "", b ?? "");
            }
        }

        table.Add("has sent", Sent(connection.BytesAToB, connection.RateAToB), Sent(connection.BytesBToA, connection.RateBToA));
        return Invariant($"#{connection.Id} joined {TimeText.At(connection.JoinedAt)}, {TimeText.OfMilliseconds(connection.DurationMs)} ago; connector {LegibleText.Of(connection.Connector)}, engine {LegibleText.Of(connection.Engine)}\n\n")
            + table.ToText(width);
    }

    private static string Sent(long bytes, double rate) => rate > 0 ? $"{SizeText.Of(bytes)}, {SizeText.Rate(rate)}" : SizeText.Of(bytes);

    /// <summary>As it is called elsewhere than in .NET.</summary>
    private static string? Version(string? protocol) => protocol switch { "Tls13" => "TLS 1.3", "Tls12" => "TLS 1.2", _ => protocol };

    private static string Joined(params string?[] parts) => string.Join(", ", parts.OfType<string>());

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
