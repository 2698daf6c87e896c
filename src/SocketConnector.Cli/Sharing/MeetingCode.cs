using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Values;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.Sharing;

/// <summary>
/// What one person gives to another so that they meet: a secret and where the relay is, in capital letters and digits in groups of five. No
/// I, L, O or U, so that it survives being read aloud or written down; a mistake in it is noticed.
/// </summary>
/// <param name="Secret">Sixteen random bytes.</param>
/// <param name="Relay">Where the relay is.</param>
/// <param name="IsTls">Whether it is spoken to in TLS.</param>
internal sealed record MeetingCode(ReadOnlyMemory<byte> Secret, EndPoint Relay, bool IsTls)
{
    public const int SecretLength = 16;

    // Crockford's alphabet, in which what looks like another character stands for that.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int GroupLength = 5;
    private const int CheckLength = 3;
    private const int MaxLength = 1024;

    // That of the shortest code, and some that may be missing.
    private const int LikelyLength = 30;
    private const byte Tls = 0x80;
    private const byte Name = 0;
    private const byte IPv4 = 4;
    private const byte IPv6 = 6;

    /// <summary>A code with a fresh secret.</summary>
    public static MeetingCode Create(EndPoint relay, bool isTls) => new(RandomNumberGenerator.GetBytes(SecretLength), relay, isTls);

    /// <summary>The relay as any other machine finds it.</summary>
    public static Parsed<EndPoint> ToRelay(EndPoint relay)
    {
        switch (relay)
        {
            case IPEndPoint ip:
                return ip.AddressFamily == AddressFamily.InterNetworkV6 && ip.Address.ScopeId != 0
                    ? new Wrong("an address of one link leads nowhere on another; write a name, or an address without %")
                    : relay;
            case DnsEndPoint name when name.Host.All(char.IsAscii):
                return relay;
            case DnsEndPoint name:
                try
                {
                    return new DnsEndPoint(new IdnMapping().GetAscii(name.Host), name.Port);
                }
                catch (ArgumentException)
                {
                    return new Wrong($"'{name.Host}' is not a host name");
                }

            default:
                return new Wrong("the code tells the other person's machine where the relay is; write host:7000");
        }
    }

    /// <summary>Whether a word is a code, a mistake in it or not, and so must not be repeated.</summary>
    public static bool IsLike(string word)
    {
        string digits = Digits(word);
        return digits.Length >= LikelyLength && digits.All(static letter => Alphabet.Contains(letter, StringComparison.Ordinal))
            && (digits.Length == word.Length || word.Split('-')[..^1].All(static group => group.Length == GroupLength) || Parse(word).Error is null);
    }

    /// <summary>The code, to be given away.</summary>
    public string ToText()
    {
        (byte kind, byte[] host, int port) = Relay switch
        {
            IPEndPoint { Address: var address } ip => (address.GetAddressBytes().Length == 4 ? IPv4 : IPv6, address.GetAddressBytes(), ip.Port),
            DnsEndPoint name => (Name, Encoding.ASCII.GetBytes(name.Host), name.Port),
            _ => throw new InvalidOperationException($"{Relay} has no place in a code."),
        };
        byte[] bytes = [(byte)(kind | (IsTls ? Tls : 0)), .. Secret.Span, (byte)(port >> 8), (byte)port, .. host];
        string digits = Write([.. bytes, .. Check(bytes)]);
        return string.Join('-', digits.Chunk(GroupLength).Select(static group => new string(group)));
    }

    /// <summary>Reads a code as a person types it: in small letters, with other gaps, with O for 0.</summary>
    public static Parsed<MeetingCode> Parse(string text)
    {
        string digits = Digits(text);
        if (digits.FirstOrDefault(static letter => !Alphabet.Contains(letter, StringComparison.Ordinal)) is var strange and not '\0')
        {
            return new Wrong($"'{strange}' is in no code; a code has letters and digits alone");
        }

        byte[] all = digits.Length > MaxLength ? [] : Read(digits);
        if (all.Length < 1 + SecretLength + 2 + CheckLength || !Check(all.AsSpan(..^CheckLength)).AsSpan().SequenceEqual(all.AsSpan(^CheckLength..)))
        {
            return new Wrong("the code is not complete, or a character of it is wrong; compare it once more");
        }

        ReadOnlySpan<byte> body = all.AsSpan(..^CheckLength);
        ReadOnlySpan<byte> host = body[(1 + SecretLength + 2)..];
        int port = BinaryPrimitives.ReadUInt16BigEndian(body[(1 + SecretLength)..]);
        EndPoint? relay = (byte)(body[0] & ~Tls) switch
        {
            IPv4 when host.Length == 4 => new IPEndPoint(new IPAddress(host), port),
            IPv6 when host.Length == 16 => new IPEndPoint(new IPAddress(host), port),
            Name when Uri.CheckHostName(Encoding.ASCII.GetString(host)) == UriHostNameType.Dns => new DnsEndPoint(Encoding.ASCII.GetString(host), port),
            _ => null,
        };
        return relay is null || port == 0
            ? new Wrong("the code is of a later version of this program; get that, or ask for another code")
            : new MeetingCode(body.Slice(1, SecretLength).ToArray(), relay, (body[0] & Tls) != 0);
    }

    /// <summary>The session that it leads to.</summary>
    public ViaSettings ToSettings() => new() { Relay = Relay, Secret = SessionSecret.Parse(Convert.ToHexStringLower(Secret.Span)) };

    /// <summary>Not the secret.</summary>
    /// <returns>Where the relay is.</returns>
    public override string ToString() => $"a code for {EndPointText.Of(Relay)}";

    private static string Digits(string text) => string.Concat(text.ToUpperInvariant().Where(static letter => letter is not ('-' or ' ')).Select(static letter => letter switch
    {
        'O' => '0',
        'I' or 'L' => '1',
        _ => letter,
    }));

    private static byte[] Check(ReadOnlySpan<byte> bytes) => SHA256.HashData(bytes)[..CheckLength];

    private static string Write(byte[] bytes)
    {
        var text = new StringBuilder();
        int held = 0;
        int bits = 0;
        foreach (byte one in bytes)
        {
            held = (held << 8) | one;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text.Append(Alphabet[(held >> (bits - 5)) & 31]);
            }

            held &= (1 << bits) - 1;
        }

        return (bits > 0 ? text.Append(Alphabet[(held << (5 - bits)) & 31]) : text).ToString();
    }

    /// <returns>The bytes; none where the digits left over are not zero.</returns>
    private static byte[] Read(string digits)
    {
        var bytes = new List<byte>(digits.Length * 5 / 8);
        int held = 0;
        int bits = 0;
        foreach (char digit in digits)
        {
            held = (held << 5) | Alphabet.IndexOf(digit, StringComparison.Ordinal);
            bits += 5;
            if (bits >= 8)
            {
                bytes.Add((byte)(held >> (bits - 8)));
                bits -= 8;
            }

            held &= (1 << bits) - 1;
        }

        return held == 0 && bits < 5 ? [.. bytes] : [];
    }
}
