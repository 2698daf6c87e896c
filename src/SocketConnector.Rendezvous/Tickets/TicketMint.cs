using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace SocketConnector.Rendezvous;

/// <summary>Makes tickets that a relay with the same key, or its public half, accepts. Thread-safe.</summary>
public sealed class TicketMint
{
    private readonly JsonWebTokenHandler _handler = new();
    private readonly SigningCredentials _credentials;

    /// <summary>Makes tickets with a key.</summary>
    /// <param name="key">A secret or a private key.</param>
    /// <exception cref="ArgumentException">It is a public key.</exception>
    public TicketMint(TicketKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _credentials = key.CanSign ? new SigningCredentials(key.Key, key.Algorithm)
            : throw new ArgumentException($"The key '{key.Id}' is a public one, with which no ticket can be made.", nameof(key));
    }

    /// <summary>Signs a ticket.</summary>
    /// <param name="ticket">What it allows.</param>
    /// <returns>A JSON Web Token in its compact form; whoever has it may use it.</returns>
    public string Sign(Ticket ticket)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        return _handler.CreateToken(Payload(ticket), _credentials);
    }

    private static string Payload(Ticket ticket)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString(TicketClaims.Tenant, ticket.Tenant);
        json.WriteNumber(TicketClaims.Expires, ticket.Expires.ToUnixTimeSeconds());
        WriteNumber(TicketClaims.NotBefore, ticket.NotBefore?.ToUnixTimeSeconds());
        WriteNumber(TicketClaims.MaxWaiting, ticket.MaxWaiting);
        WriteNumber(TicketClaims.MaxBytes, ticket.MaxBytes);
        WriteNumber(TicketClaims.MaxSeconds, (long?)ticket.MaxDuration?.TotalSeconds);
        if (ticket.Session is not null)
        {
            json.WriteString(TicketClaims.Session, ticket.Session);
        }

        if (ticket.Role is { } role)
        {
            json.WriteString(TicketClaims.Role, role == TicketRole.Listen ? TicketClaims.Listen : TicketClaims.Connect);
        }

        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);

        void WriteNumber(string name, long? value)
        {
            if (value is { } number)
            {
                json.WriteNumber(name, number);
            }
        }
    }
}
