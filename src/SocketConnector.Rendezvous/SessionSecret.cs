using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous;

/// <summary>
/// The secret that the two ends of a session share and the relay never sees. Both derive from it the name under which they meet and
/// the keys by which they prove themselves to each other. No method but <see cref="Reveal"/> shows it.
/// </summary>
public sealed class SessionSecret
{
    /// <summary>The shortest secret, in bytes of UTF-8. The relay can test guesses against the name that it sees, so a secret should be random.</summary>
    public const int MinLength = 16;

    // 128 bits, written in two digits a byte.
    private const int RandomLength = 16;

    private readonly byte[] _bytes;

    private SessionSecret(byte[] bytes) => _bytes = bytes;

    /// <summary>Makes a secret of 128 random bits.</summary>
    /// <returns>The secret, whose text is 32 hexadecimal digits.</returns>
    public static SessionSecret Generate() => new(Encoding.UTF8.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomLength))));

    /// <summary>Takes the text of an existing secret, such as one that <see cref="Generate"/> made for the other end.</summary>
    /// <param name="text">The secret. Every character counts, white space included: remove the line end of a file first.</param>
    /// <returns>The secret.</returns>
    /// <exception cref="FormatException">It is too short, or no valid text. The message does not repeat it.</exception>
    public static SessionSecret Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] room = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        if (Utf8.FromUtf16(text, room, out _, out int length, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            throw new FormatException("a session secret must be valid Unicode");
        }

        return length >= MinLength
            ? new SessionSecret(room[..length])
            : throw new FormatException($"a session secret must have {MinLength} bytes or more, not {length}; it should be random");
    }

    /// <summary>The secret itself, to give to the other end.</summary>
    /// <returns>The text that <see cref="Parse"/> takes.</returns>
    public string Reveal() => Encoding.UTF8.GetString(_bytes);

    /// <summary>The name under which ends of this secret meet, which is no secret: for a ticket that is valid in one session only.</summary>
    /// <param name="mode">How the ends protect what they say.</param>
    /// <returns>Its 16 bytes, in base64url without padding, as <see cref="Ticket.Session"/> takes it.</returns>
    public string GetSessionName(EndToEndMode mode)
    {
        Span<byte> name = stackalloc byte[SessionName.Length];
        NameOf(mode).Write(name);
        return System.Buffers.Text.Base64Url.EncodeToString(name);
    }

    /// <summary>A fixed text that reveals nothing, so that it is safe in a log.</summary>
    /// <returns>The same for every secret.</returns>
    public override string ToString() => "(a session secret)";

    /// <summary>Where ends of this secret and a mode meet.</summary>
    internal SessionName NameOf(EndToEndMode mode) => SessionKeys.Name(_bytes, mode);

    /// <summary>The key by which an end of a role proves itself.</summary>
    internal byte[] ProofKeyOf(EndRole role) => SessionKeys.Proof(_bytes, role);

    /// <summary>A key for binding something else to the session.</summary>
    internal byte[] BindingKey() => SessionKeys.Binding(_bytes);
}
