using System.Text;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>
/// Splits an end point at its commas. An address, what follows its scheme, or a value may stand in double quotes, and then holds commas
/// too; a double quote in it is written twice. Anywhere else a quote is itself.
/// </summary>
internal static class QuotedParts
{
    private const char Quote = '"';
    private const char Comma = ',';
    private const string QuotedPath = "unix:\"";

    /// <returns>The address and the options behind it, without their quotes.</returns>
    public static Parsed<IReadOnlyList<string>> Split(string text)
    {
        var parts = new List<string>();
        for (int start = 0; start <= text.Length;)
        {
            int value = ValueStart(text, start, parts.Count == 0 ? ':' : '=');
            string part;
            if (value < text.Length && text[value] == Quote)
            {
                if (TryUnquote(text, value, out string quoted, out int end) is { } error)
                {
                    return new Wrong(error);
                }

                (part, start) = (text[start..value] + quoted, end);
            }
            else
            {
                int end = text.IndexOf(Comma, start) is >= 0 and int comma ? comma : text.Length;
                (part, start) = (text[start..end], end);
            }

            parts.Add(part);
            start++;
        }

        return parts;
    }

    private static int ValueStart(string text, int start, char separator)
    {
        int at = text.AsSpan(start).IndexOfAny(separator, Comma, Quote);
        int value = at >= 0 && text[start + at] == separator ? start + at + 1 : start;

        // An option may have an address for its value, which is quoted as any other.
        return separator == '=' && text.AsSpan(value).StartsWith(QuotedPath, StringComparison.Ordinal) ? value + QuotedPath.Length - 1 : value;
    }

    /// <returns>What is wrong, if anything.</returns>
    private static string? TryUnquote(string text, int start, out string value, out int end)
    {
        var unquoted = new StringBuilder();
        for (end = start + 1; ;)
        {
            int quote = text.IndexOf(Quote, end);
            if (quote < 0)
            {
                value = "";
                return "the quote is not closed; write unix:\"/run/a,b.sock\", and \"\" for a quote inside";
            }

            unquoted.Append(text, end, quote - end);
            end = quote + 1;
            if (end == text.Length || text[end] != Quote)
            {
                break;
            }

            unquoted.Append(Quote);
            end++;
        }

        value = unquoted.ToString();
        return end == text.Length || text[end] == Comma ? null : "after the closing quote a comma is expected; write unix:\"/run/a,b.sock\",backlog=5";
    }
}
