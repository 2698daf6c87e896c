using System.Buffers.Text;

namespace SocketConnector.Rendezvous;

/// <summary>What an end may do at a relay, and until when. Signed by <see cref="TicketMint"/>, it is a JSON Web Token (RFC 7519).</summary>
/// <remarks>It says nothing about who the end is to its partner: that is the session secret's to prove.</remarks>
public sealed record Ticket
{
    private const int SessionLength = 16;
    private const int MaxTenantLength = 128;

    /// <summary>A ticket for every session and either role.</summary>
    /// <param name="tenant">
    /// Whose it is: 1 to 128 characters, none of them a control character. The relay counts its limits for each tenant, and its log names it.
    /// </param>
    /// <param name="expires">
    /// The end of the time in which it lets an end join, rounded down to whole seconds. No end waits any longer; pairs live on.
    /// </param>
    /// <exception cref="ArgumentException">The tenant has another form.</exception>
    public Ticket(string tenant, DateTimeOffset expires)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        Tenant = IsTenant(tenant) ? tenant
            : throw new ArgumentException("A tenant must have 1 to 128 characters, none of them a control character.", nameof(tenant));
        Expires = expires;
    }

    /// <summary>Whose it is; the claim <c>tenant</c>.</summary>
    public string Tenant { get; }

    /// <summary>The end of the time in which it lets an end join; the claim <c>exp</c>.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>The begin of that time; the claim <c>nbf</c>. <see langword="null"/>, the default, for none.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>
    /// The one session that it is for: the 16 bytes of the session's name, in base64url (RFC 4648, section 5) without padding; the claim
    /// <c>session</c>. <see langword="null"/>, the default, for any.
    /// </summary>
    /// <exception cref="ArgumentException">It is not that.</exception>
    public string? Session
    {
        get;
        init => field = value is null || ReadSession(value) is not null ? value : throw Bad(nameof(Session), "the base64url of 16 bytes, without padding");
    }

    /// <summary>The one role that it is for; the claim <c>role</c>. <see langword="null"/>, the default, for either.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no role.</exception>
    public TicketRole? Role
    {
        get;
        init => field = value is null || Enum.IsDefined(value.Value) ? value : throw OutOfRange(nameof(Role), value, "Listen or Connect");
    }

    /// <summary>
    /// How many ends of the tenant may wait at once, at least 1; the claim <c>max_waiting</c>. <see langword="null"/>, the default, for as
    /// many as the relay lets any tenant.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public int? MaxWaiting
    {
        get;
        init => field = value is null or >= 1 ? value : throw OutOfRange(nameof(MaxWaiting), value, "at least 1");
    }

    /// <summary>
    /// How many bytes one pair may move, both ways together, at least 1; the claim <c>max_bytes</c>. <see langword="null"/>, the default, for
    /// any number.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public long? MaxBytes
    {
        get;
        init => field = value is null or >= 1 ? value : throw OutOfRange(nameof(MaxBytes), value, "at least 1");
    }

    /// <summary>
    /// How long one pair may last, in whole seconds from 1; the claim <c>max_seconds</c>. <see langword="null"/>, the default, for any time.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not that.</exception>
    public TimeSpan? MaxDuration
    {
        get;
        init => field = value is null || (value >= TimeSpan.FromSeconds(1) && value.Value.Ticks % TimeSpan.TicksPerSecond == 0)
            ? value
            : throw OutOfRange(nameof(MaxDuration), value, "a whole number of seconds from 1");
    }

    internal static bool IsTenant(string text) => text.Length is >= 1 and <= MaxTenantLength && !text.Any(char.IsControl);

    /// <returns>The bytes, or nothing where the text is not a session.</returns>
    internal static byte[]? ReadSession(string text)
    {
        Span<byte> bytes = stackalloc byte[SessionLength + 2];
        return text.Length == 22 && Base64Url.TryDecodeFromChars(text, bytes, out int length) && length == SessionLength
            ? bytes[..length].ToArray()
            : null;
    }

    private static ArgumentException Bad(string option, string wanted) => new($"{option} must be {wanted}.", option);

    private static ArgumentOutOfRangeException OutOfRange(string option, object? value, string wanted) => new(option, value, $"{option} must be {wanted}.");
}
