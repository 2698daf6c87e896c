using System.Globalization;
using System.Text;

namespace SocketConnector.Cli.Tables;

/// <summary>How many columns of a terminal a text takes: names may be in any script.</summary>
internal static class DisplayWidth
{
    private const char Ellipsis = '…';

    // Wide and fullwidth, of EastAsianWidth.txt (Unicode 16), in the blocks that names and emoji come from.
    private static readonly (int First, int Last)[] _wide =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0xA4CF), (0xA960, 0xA97C), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF), (0x20000, 0x3FFFD),
    ];

    public static int Of(string text)
    {
        int columns = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            columns += Of(rune);
        }

        return columns;
    }

    /// <returns>The text in this many columns at most, with an ellipsis where something is left out.</returns>
    public static string Cut(string text, int columns)
    {
        if (Of(text) <= columns)
        {
            return text;
        }

        var kept = new StringBuilder();
        int left = columns - 1;
        foreach (Rune rune in text.EnumerateRunes())
        {
            left -= Of(rune);
            if (left < 0)
            {
                break;
            }

            kept.Append(rune);
        }

        return columns < 1 ? "" : kept.Append(Ellipsis).ToString();
    }

    private static int Of(Rune rune) =>
        rune.Value < 0x300 ? 1
        : Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0
        : Array.Exists(_wide, range => rune.Value >= range.First && rune.Value <= range.Last) ? 2
        : 1;
}
