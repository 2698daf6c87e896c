using SocketConnector.Cli.Admin;

namespace SocketConnector.Cli.Top;

/// <summary>What is written on a sheet.</summary>
internal static class TopSheets
{
    private const int KeyWidth = 8;

    private static readonly (string Key, string Does)[] _help =
    [
        ("arrows", "move, as PgUp, PgDn, Home and End do; also j k g G"),
        ("Enter", "details of the selected connection"),
        ("Esc", "back, or out of what is asked"),
        ("/", "filter: words that must all be found in the number, the addresses or the identities"),
        ("s", "sort by id, age, bytes, rate, a, b and identity in turn"),
        ("r", "the other way round"),
        ("e", "end the connection in order: what is on its way still arrives"),
        ("c", "capture it to a pcapng file for Wireshark; again, stop that"),
        ("d", "drain: accept no more, and end with the last connection"),
        ("Ctrl-L", "draw everything anew"),
        ("q", "quit; the relay goes on"),
        ("", "Rates are of the last second, bars of the last minute."),
    ];

    public static IEnumerable<ScreenLine> Of(TopState state, TopSheet sheet) =>
        Lines(sheet, state.Size.Columns).Skip(sheet.Scroll).Take(state.Layout.Sheet).Select(static line => new ScreenLine($" {line.Text}", line.Tone));

    /// <summary>How far it can be scrolled.</summary>
    public static int MostScroll(TopState state) => state.Sheet is { } sheet ? Math.Max(0, Lines(sheet, state.Size.Columns).Length - state.Layout.Sheet) : 0;

    private static (string Text, Tone Tone)[] Lines(TopSheet sheet, int columns) => sheet switch
    {
        TopSheet.Details details =>
        [
            .. details.HasEnded ? [(FormattableString.Invariant($"#{details.Id} has ended; this is what was known last"), Tone.Alarm)] : Array.Empty<(string, Tone)>(),
            .. ConnectionSheet.Of(details.Connection, columns - 2).TrimEnd('\n').Split('\n').Select(static line => (line, Tone.Plain)),
        ],
        _ => [.. _help.SelectMany(each => Wrapped(each.Does, columns - KeyWidth - 2).Select((line, at) => ((at == 0 ? each.Key : "").PadRight(KeyWidth) + line, Tone.Plain)))],
    };

    /// <summary>Between words, none of which is cut.</summary>
    private static List<string> Wrapped(string text, int width)
    {
        var lines = new List<string>();
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                lines.Add(line);
                line = "";
            }

            line += line.Length == 0 ? word : $" {word}";
        }

        lines.Add(line);
        return lines;
    }
}
