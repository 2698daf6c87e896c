using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace SocketConnector.ProxyProtocol;

/// <summary>
/// The numbers and addresses of version 1. Stricter than most parsers, as the format wants it: no leading zero, which others take for
/// octal, no sign, no space, no zone.
/// </summary>
internal static class AddressText
{
    /// <summary>In bytes; an IPv4 address inside an IPv6 one included.</summary>
    public const int MaxLength = 46;

    private const int Groups = 8;

    public static bool TryParsePort(ReadOnlySpan<byte> text, out ushort port)
    {
        bool isRead = TryParseDecimal(text, maxDigits: 5, ushort.MaxValue, out uint value);
        port = (ushort)value;
        return isRead;
    }

    public static bool TryParseIPv4(ReadOnlySpan<byte> text, out UInt128 address)
    {
        address = 0;
        for (int part = 0; part < AddressBytes.IPv4Length; part++)
        {
            int end = part == AddressBytes.IPv4Length - 1 ? text.Length : text.IndexOf((byte)'.');
            if (end < 0 || !TryParseDecimal(text[..end], maxDigits: 3, byte.MaxValue, out uint value))
            {
                return false;
            }

            address = (address << 8) | value;
            text = end < text.Length ? text[(end + 1)..] : [];
        }

        return true;
    }

    /// <summary>RFC 4291, section 2.2: eight groups, of which one run of zeros may be left out, and the last two may be an IPv4 address.</summary>
    public static bool TryParseIPv6(ReadOnlySpan<byte> text, out UInt128 address)
    {
        int gap = text.IndexOf("::"u8);
        if (gap < 0)
        {
            return TryParseGroups(text, out address, out int all) && all == Groups;
        }

        address = 0;
        ReadOnlySpan<byte> before = text[..gap], after = text[(gap + 2)..];
        if (!TryParseGroups(before, out UInt128 high, out int first, isLast: false) || !TryParseGroups(after, out UInt128 low, out int last) || first + last >= Groups)
        {
            return false;
        }

        address = first == 0 ? low : (high << (16 * (Groups - first))) | low;
        return true;
    }

    /// <summary>Writes all eight groups of an IPv6 address in hexadecimal.</summary>
    /// <returns>How many bytes.</returns>
    public static int FormatGroups(IPAddress address, Span<byte> room)
    {
        Span<byte> bytes = stackalloc byte[AddressBytes.IPv6Length];
        AddressBytes.Write(address, bytes);
        int length = 0;
        for (int i = 0; i < Groups; i++)
        {
            if (i > 0)
            {
                room[length++] = (byte)':';
            }

            bool fits = BinaryPrimitives.ReadUInt16BigEndian(bytes[(2 * i)..]).TryFormat(room[length..], out int written, "x", CultureInfo.InvariantCulture);
            Debug.Assert(fits, "Eight groups take 39 bytes at most.");
            length += written;
        }

        return length;
    }

    private static bool TryParseGroups(ReadOnlySpan<byte> text, out UInt128 value, out int count, bool isLast = true)
    {
        value = 0;
        count = 0;
        if (text.IsEmpty)
        {
            return true;
        }

        while (true)
        {
            int end = text.IndexOf((byte)':');
            if (end < 0 && isLast && text.Contains((byte)'.'))
            {
                if (!TryParseIPv4(text, out UInt128 embedded))
                {
                    return false;
                }

                value = (value << 32) | embedded;
                count += 2;
                return count <= Groups;
            }

            if (!TryParseHex(end < 0 ? text : text[..end], out uint group) || ++count > Groups)
            {
                return false;
            }

            value = (value << 16) | group;
            if (end < 0)
            {
                return true;
            }

            text = text[(end + 1)..];
        }
    }

    private static bool TryParseDecimal(ReadOnlySpan<byte> text, int maxDigits, uint max, out uint value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > maxDigits || (text[0] == '0' && text.Length > 1))
        {
            return false;
        }

        foreach (byte digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        return value <= max;
    }

    private static bool TryParseHex(ReadOnlySpan<byte> text, out uint value)
    {
        value = 0;
        if (text.Length is 0 or > 4)
        {
            return false;
        }

        foreach (byte digit in text)
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }

            value = (value << 4) | (uint)(char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return true;
    }
}
