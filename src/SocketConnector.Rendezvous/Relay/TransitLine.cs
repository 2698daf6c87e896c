using System.Globalization;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>
/// The line with which a client of magic-wormhole asks for its partner: <c>please relay TOKEN for side SIDE</c>, or without a side, as older
/// clients do. A token has 64 hexadecimal digits, a side 16.
/// </summary>
/// <param name="Token">What both partners know.</param>
/// <param name="Side">Which of them it is, as a number; nothing of an older client, which is any side.</param>
internal readonly record struct TransitLine((UInt128 High, UInt128 Low) Token, ulong? Side)
{
    /// <summary>With which every line begins.</summary>
    public static ReadOnlySpan<byte> Prefix => "please relay "u8;

    /// <summary>The longest line, its end included.</summary>
    public static int MaxLength => Prefix.Length + TokenLength + ForSide.Length + SideLength + 1;

    private const int TokenLength = 64;
    private const int SideLength = 16;
    private const byte End = (byte)'\n';

    private static ReadOnlySpan<byte> ForSide => " for side "u8;

    /// <summary>Reads one.</summary>
    /// <param name="input">What has come.</param>
    /// <param name="line">The line.</param>
    /// <param name="length">How long it is, with its end.</param>
    /// <returns>Whether it is one; nothing while its end has not come.</returns>
    public static bool? Read(ReadOnlySpan<byte> input, out TransitLine line, out int length)
    {
        line = default;
        length = input.IndexOf(End) + 1;
        if (length == 0)
        {
            return input.Length < MaxLength ? null : false;
        }

        ReadOnlySpan<byte> rest = input[..(length - 1)];
        if (!rest.StartsWith(Prefix) || !TryReadHex(rest = rest[Prefix.Length..], out UInt128 high) || !TryReadHex(rest = rest[(TokenLength / 2)..], out UInt128 low))
        {
            return false;
        }

        rest = rest[(TokenLength / 2)..];
        if (rest.IsEmpty)
        {
            line = new TransitLine((high, low), null);
            return true;
        }

        if (!rest.StartsWith(ForSide) || rest.Length != ForSide.Length + SideLength || !TryReadHex(rest[ForSide.Length..], SideLength, out UInt128 side))
        {
            return false;
        }

        line = new TransitLine((high, low), (ulong)side);
        return true;
    }

    /// <summary>Whether the two are partners: of one token, and not one side twice.</summary>
    public bool Suits(TransitLine other) => Token == other.Token && (Side is null || other.Side is null || Side != other.Side);

    private static bool TryReadHex(ReadOnlySpan<byte> text, out UInt128 value) => TryReadHex(text, TokenLength / 2, out value);

    private static bool TryReadHex(ReadOnlySpan<byte> text, int length, out UInt128 value)
    {
        value = 0;
        return text.Length >= length && UInt128.TryParse(text[..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
