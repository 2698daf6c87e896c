using System.Globalization;
using System.Text;

namespace SocketConnector;

/// <summary>
/// Text that a stranger may have chosen, made safe to show: what would break the line, reach the terminal as a command or reorder
/// what stands beside it is written as an escape, such as <c>\n</c>, <c>\x1b</c> or <c>\u202e</c>.
/// </summary>
internal static class LegibleText
{
    /// <returns>The same text where nothing in it needs an escape. A backslash stays as it is, for the sake of ordinary paths.</returns>
    public static string Of(string text) => text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0 ? text : Escape(text);

    private static string Escape(string text)
    {
        var legible = new StringBuilder(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            if (!Rune.TryGetRuneAt(text, i, out Rune rune))
            {
                // Half of a surrogate pair.
                AppendEscape(legible, text[i]);
                continue;
            }

            if (IsSafe(rune))
            {
                legible.Append(text, i, rune.Utf16SequenceLength);
            }
            else
            {
                AppendEscape(legible, rune.Value);
            }

            i += rune.Utf16SequenceLength - 1;
        }

        return legible.ToString();
    }

    /// <summary>Format characters are invisible, and the bidirectional controls are among them.</summary>
    private static bool IsSafe(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static void AppendEscape(StringBuilder legible, int value) => legible.Append(
        value switch
        {
            '\n' => @"\n",
            '\r' => @"\r",
            '\t' => @"\t",
            <= 0xFF => string.Create(CultureInfo.InvariantCulture, $@"\x{value:x2}"),
            <= 0xFFFF => string.Create(CultureInfo.InvariantCulture, $@"\u{value:x4}"),
            _ => string.Create(CultureInfo.InvariantCulture, $@"\U{value:x8}"),
        });
}
