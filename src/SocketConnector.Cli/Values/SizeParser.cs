using System.Globalization;

namespace SocketConnector.Cli.Values;

/// <summary>Reads <c>4096</c>, <c>64KiB</c> and <c>1MiB</c>, in capitals or not, and <c>64K</c> for the same.</summary>
internal static class SizeParser
{
    private const int KiB = 1024;

    // The bounds of ConnectorOptions.BufferSize.
    private const decimal Least = KiB;
    private const decimal Most = 16 * KiB * KiB;

    // Far beyond any sensible size; such a value is then refused as too large.
    private const string Units = "KMGT";

    // More would overflow a decimal when it is multiplied.
    private const int MaxDigits = 16;

    public static Parsed<int> Parse(string text)
    {
        int digits = text.TakeWhile(char.IsAsciiDigit).Count();
        string unit = text[digits..].ToUpperInvariant();
        int power = unit.Length == 0 ? 0 : Units.IndexOf(unit[0], StringComparison.Ordinal) + 1;
        bool isUnit = unit.Length == 0 || (power > 0 && unit[1..] is "" or "IB" or "B");
        if (digits == 0 || !isUnit)
        {
            return new Wrong($"'{text}' is not a size; write 4096, 64KiB or 1MiB");
        }

        if (unit.Length == 2)
        {
            return new Wrong($"'{text}' can mean multiples of 1000 or of 1024; write {text[..digits]}{unit[0]}iB for 1024");
        }

        decimal size = digits > MaxDigits ? decimal.MaxValue : decimal.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture);
        for (int i = 0; i < power && size <= Most; i++)
        {
            size *= KiB;
        }

        return size is >= Least and <= Most ? (int)size : new Wrong($"'{text}' is out of range; it must be from 1KiB to 16MiB");
    }
}
