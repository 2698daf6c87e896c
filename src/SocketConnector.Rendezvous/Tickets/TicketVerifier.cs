using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SocketConnector.Rendezvous;

/// <summary>What a verifier found.</summary>
/// <param name="Ticket">The ticket; none where it is to be refused.</param>
/// <param name="Reason">Why, for the log alone: an end that hears it learns which of its guesses was right.</param>
internal readonly record struct TicketVerdict(Ticket? Ticket, string? Reason);

/// <summary>Verifies tickets by the keys of a relay. Thread-safe.</summary>
/// <remarks>
/// A key is chosen by the id and the algorithm in the header together, so that none is used for an algorithm that it is not for: a public
/// key, which anybody has, is never the secret of an HMAC. A ticket with neither is verified by a key that nobody has, and so refused by the same
/// steps as one with a wrong signature. What time is left to see, <see cref="Sessions.MeetingOptions.DenyAfter"/> covers.
/// </remarks>
internal sealed class TicketVerifier
{
    /// <summary>In characters. A JOIN is at most 4 KiB, early bytes included.</summary>
    public const int MaxLength = 2048;

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = MaxLength };
    private readonly TicketKey[] _keys;
    private readonly TimeProvider _time;
    private readonly TicketKey _nobodys;

    /// <param name="keys">At least one, each of its own id.</param>
    /// <param name="time">The clock by which tickets begin and expire.</param>
    /// <exception cref="ArgumentException">There is none, or two have one id.</exception>
    public TicketVerifier(IEnumerable<TicketKey> keys, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _keys = [.. keys];
        _time = time;
        if (_keys.Length == 0 || _keys.DistinctBy(static key => key.Id, StringComparer.Ordinal).Count() != _keys.Length)
        {
            throw new ArgumentException("There must be at least one key, and no two of one id.", nameof(keys));
        }

        Span<byte> secret = stackalloc byte[32];
        RandomNumberGenerator.Fill(secret);
        _nobodys = TicketKey.Hs256("-", secret);
    }

    /// <summary>Verifies a ticket. Never throws for what a stranger sent.</summary>
    /// <param name="token">As it came in JOIN.</param>
    /// <returns>What it allows, or why nothing.</returns>
    public async ValueTask<TicketVerdict> VerifyAsync(string? token)
    {
        if (string.IsNullOrEmpty(token))
        {
            return new TicketVerdict(null, "there is none");
        }

        try
        {
            // Throws for a token that is too long, and for one that is none.
            var parsed = (JsonWebToken)_handler.ReadToken(token);
            TicketKey key = Find(parsed.Kid, parsed.Alg);
            TokenValidationResult result = await _handler.ValidateTokenAsync(parsed, ParametersFor(key)).ConfigureAwait(false);
            if (!result.IsValid)
            {
                return new TicketVerdict(null, "its signature is wrong, or of a key that is not ours");
            }

            Ticket ticket = TicketClaims.Read(Base64UrlEncoder.DecodeBytes(parsed.EncodedPayload));
            DateTimeOffset now = _time.GetUtcNow();
            return now >= ticket.Expires ? new TicketVerdict(null, "it has expired")
                : now < ticket.NotBefore ? new TicketVerdict(null, "its time has not come")
                : new TicketVerdict(ticket, null);
        }
        catch (Exception error)
        {
            // The parser does not document what it throws for malformed input, and every exception means the same here.
            return new TicketVerdict(null, $"it cannot be read ({error.GetType().Name})");
        }
    }

    private TicketKey Find(string? id, string? algorithm) =>
        Array.Find(_keys, key => key.Id == id && key.Algorithm == algorithm) ?? _nobodys;

    /// <summary>The signature alone: the claims are read more strictly than the handler does.</summary>
    private static TokenValidationParameters ParametersFor(TicketKey key) => new()
    {
        IssuerSigningKey = key.Key,
        ValidAlgorithms = [key.Algorithm],
        RequireSignedTokens = true,
        TryAllIssuerSigningKeys = true,
        ValidateAudience = false,
        ValidateIssuer = false,
        ValidateLifetime = false,
        RequireExpirationTime = false,
        LogValidationExceptions = false,
    };
}
