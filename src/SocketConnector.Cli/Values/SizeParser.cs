using System.Globalization;

namespace SocketConnector.Cli.Values;

/// <summary>Reads <c>4096</c>, <c>64KiB</c> and <c>1MiB</c>, in capitals or not, and <c>64K</c> for the same.</summary>
internal static class SizeParser
{
    private const int KiB = 1024;

    private const decimal Min = Require.MinBufferSize;
    private const decimal Max = Require.MaxBufferSize;

    // Far beyond any sensible size; such a value is then refused as too large.
    private const string Units = "KMGT";

    // With more, a product could overflow a decimal.
    private const int MaxDigits = 16;
    private const decimal TooLarge = 10_000_000_000_000_000;

    public static Parsed<int> Parse(string text)
    {
        Parsed<decimal> size = Read(text);
        return size.Error is { } error ? new Wrong(error)
            : size.Value is >= Min and <= Max ? (int)size.Value
            : new Wrong($"'{text}' is out of range; it must be from 1KiB to 16MiB");
    }

    /// <summary>As <see cref="Parse"/>, and of any size.</summary>
    public static Parsed<decimal> Read(string text)
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

        // Too large for any use, and not for the product.
        decimal size = digits > MaxDigits ? TooLarge : decimal.Parse(text.AsSpan(0, digits), CultureInfo.InvariantCulture);
        for (int i = 0; i < power; i++)
        {
            size *= KiB;
        }

        return size;
    }
}
