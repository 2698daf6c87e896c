using System.Text.Json;

namespace SocketConnector.Rendezvous;

/// <summary>The claims of a ticket as JSON. A claim that is there and cannot be read is an error: a limit is never ignored.</summary>
internal static class TicketClaims
{
    public const string Tenant = "tenant";
    public const string Subject = "sub";
    public const string Expires = "exp";
    public const string NotBefore = "nbf";
    public const string Session = "session";
    public const string Role = "role";
    public const string MaxWaiting = "max_waiting";
    public const string MaxBytes = "max_bytes";
    public const string MaxSeconds = "max_seconds";
    public const string Listen = "listen";
    public const string Connect = "connect";

    // Far beyond any ticket, and no further than DateTimeOffset and TimeSpan count.
    private const long MaxTime = 253_402_300_799;

    /// <exception cref="FormatException">They are not those of a ticket.</exception>
    /// <exception cref="JsonException">They are not JSON.</exception>
    public static Ticket Read(ReadOnlyMemory<byte> payload)
    {
        using var document = JsonDocument.Parse(payload);
        JsonElement claims = document.RootElement;
        if (claims.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException("the claims are no object");
        }

        string tenant = Text(claims, Tenant) ?? Text(claims, Subject) ?? throw new FormatException("no tenant");
        string? session = Text(claims, Session);
        return new Ticket(
            Ticket.IsTenant(tenant) ? tenant : throw new FormatException("no tenant that can be"),
            Time(claims, Expires) ?? throw new FormatException("no expiry"))
        {
            NotBefore = Time(claims, NotBefore),
            Session = session is null || Ticket.ReadSession(session) is not null ? session : throw new FormatException("no session that can be"),
            Role = Text(claims, Role) switch
            {
                null => null,
                Listen => TicketRole.Listen,
                Connect => TicketRole.Connect,
                _ => throw new FormatException("no role that can be"),
            },
            MaxWaiting = (int?)Number(claims, MaxWaiting, 1, int.MaxValue),
            MaxBytes = Number(claims, MaxBytes, 1, long.MaxValue),
            MaxDuration = Number(claims, MaxSeconds, 1, MaxTime) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };
    }

    private static string? Text(JsonElement claims, string name) => !claims.TryGetProperty(name, out JsonElement claim) ? null
        : claim.ValueKind == JsonValueKind.String ? claim.GetString()
        : throw new FormatException($"the claim {name} is no text");

    private static long? Number(JsonElement claims, string name, long least, long most) => !claims.TryGetProperty(name, out JsonElement claim) ? null
        : claim.ValueKind == JsonValueKind.Number && claim.TryGetInt64(out long number) && number >= least && number <= most ? number
        : throw new FormatException($"the claim {name} is no number that can be");

    /// <summary>A NumericDate, which may have a fraction.</summary>
    private static DateTimeOffset? Time(JsonElement claims, string name) => !claims.TryGetProperty(name, out JsonElement claim) ? null
        : claim.ValueKind == JsonValueKind.Number && claim.TryGetDouble(out double seconds) && seconds is >= 0 and <= MaxTime
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000))
        : throw new FormatException($"the claim {name} is no time that can be");
}
