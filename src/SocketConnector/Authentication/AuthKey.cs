using System.Diagnostics;
using System.Text;

namespace SocketConnector;

/// <summary>A secret with a name, for <see cref="SocketAuthenticators"/>. Nothing shows the secret: no property, no text, no serializer.</summary>
/// <remarks>Immutable. The bytes stay in memory as long as an authenticator uses them.</remarks>
[DebuggerDisplay("{Name}")]
public sealed class AuthKey
{
    internal const int MaxNameLength = 64;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly byte[] _secret;

    /// <summary>A key of bytes, such as 32 random ones.</summary>
    /// <param name="name">
    /// What the key is called where it is used, 1 to 64 letters, digits, dots, underscores, at signs and hyphens of ASCII. No secret: it is
    /// logged, and with HMAC it goes over the wire.
    /// </param>
    /// <param name="secret">At least one byte; copied.</param>
    /// <exception cref="ArgumentException">The name has another form, or the secret is empty.</exception>
    public AuthKey(string name, ReadOnlySpan<byte> secret)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = IsName(name) ? name : throw new ArgumentException("The name of a key must have 1 to 64 of the characters A-Z, a-z, 0-9, '.', '_', '@' and '-'.", nameof(name));
        _secret = secret.IsEmpty ? throw new ArgumentException($"The secret of key '{name}' is empty.", nameof(secret)) : secret.ToArray();
    }

    /// <summary>A key of text, whose bytes are those of UTF-8.</summary>
    /// <param name="name">As in the other constructor.</param>
    /// <param name="secret">At least one character.</param>
    /// <exception cref="ArgumentException">The name has another form, or the secret is empty.</exception>
    public AuthKey(string name, string secret)
        : this(name, Encoding.UTF8.GetBytes(secret ?? throw new ArgumentNullException(nameof(secret))))
    {
    }

    /// <summary>What the key is called; the <see cref="Peer.Identity"/> of a peer that has it.</summary>
    public string Name { get; }

    internal ReadOnlySpan<byte> Secret => _secret;

    /// <summary>The name, and nothing of the secret.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;

    internal static bool IsName(ReadOnlySpan<char> text)
    {
        foreach (char letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '_' or '@' or '-'))
            {
                return false;
            }
        }

        return text.Length is >= 1 and <= MaxNameLength;
    }
}
