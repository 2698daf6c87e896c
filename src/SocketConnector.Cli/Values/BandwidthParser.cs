namespace SocketConnector.Cli.Values;

/// <summary>Reads <c>64KiB/s</c>, <c>10MiB/s</c>, and <c>none</c> or <c>off</c>.</summary>
internal static class BandwidthParser
{
    private const string Expected = "write 64KiB/s, 10MiB/s or none";
    private const string BySecond = "/s";

    private const decimal Min = Require.MinBandwidth;
    private const decimal Max = Require.MaxBandwidth;

    // What other programs call thousands and millions of bits.
    private static readonly string[] _bits = ["bit", "bps", "kb", "mb", "gb"];

    /// <returns>Bytes for each second; nothing for <c>none</c> and <c>off</c>.</returns>
    public static Parsed<long?> Parse(string text)
    {
        if (text is "none" or "off")
        {
            return (long?)null;
        }

        bool isRate = text.EndsWith(BySecond, StringComparison.OrdinalIgnoreCase);
        Parsed<decimal> size = SizeParser.Read(isRate ? text[..^BySecond.Length] : text);
        if (size.Error is null)
        {
            return size.Value is < Min or > Max ? new Wrong($"'{text}' is out of range; it must be from 1KiB/s to 1TiB/s")
                : isRate ? (long?)size.Value
                : new Wrong($"'{text}' is a size, not a rate; write {text}{BySecond}");
        }

        return _bits.Any(unit => text.Contains(unit, StringComparison.OrdinalIgnoreCase))
            ? new Wrong($"'{text}' may mean bits, or multiples of 1000; a rate is in bytes: {Expected}")
            : new Wrong($"'{text}' is not a rate; {Expected}");
    }
}
