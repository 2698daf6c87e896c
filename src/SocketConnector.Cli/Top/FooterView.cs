using SocketConnector.Cli.Tables;

namespace SocketConnector.Cli.Top;

/// <summary>The bottom of the screen: what is asked or told, and which keys there are.</summary>
internal static class FooterView
{
    // What help tells as well is left out first, from the end.
    private static readonly (string Key, string Does)[] _keys =
    [
        ("?", "help"), ("q", "quit"), ("/", "filter"), ("s", "sort"), ("Enter", "details"), ("e", "end"), ("c", "capture"), ("d", "drain"),
    ];

    private static readonly (string Key, string Does)[] _keysOfQuestion = [("y", "yes"), ("n", "no")];

    private static readonly (string Key, string Does)[] _keysOfLine = [("Enter", "accept"), ("Esc", "cancel"), ("Ctrl-U", "clear")];

    private static readonly (string Key, string Does)[] _keysOfSheet = [("Esc", "back"), ("q", "quit"), ("e", "end"), ("c", "capture")];

    public static IEnumerable<ScreenLine> Of(TopState state)
    {
        int columns = state.Size.Columns;
        yield return state.Prompt switch
        {
            TopPrompt.Question question => new ScreenLine($" {question.Text}", Tone.Strong),
            TopPrompt.Line line => Typed(line, columns),
            _ => Status(state).With(Capture(state), columns),
        };
        yield return Keys(
            state switch
            {
                { Prompt: TopPrompt.Question } => _keysOfQuestion,
                { Prompt: TopPrompt.Line } => _keysOfLine,
                { Sheet: not null } => _keysOfSheet,
                _ => _keys,
            },
            columns);
    }

    /// <summary>Of a long line, its end is what is being typed.</summary>
    private static ScreenLine Typed(TopPrompt.Line line, int columns)
    {
        string typed = LegibleText.Of(line.Typed);
        int room = Math.Max(1, columns - line.Text.Length - 2);
        int start = 0;
        while (DisplayWidth.Of(typed[start..]) > room)
        {
            start += char.IsHighSurrogate(typed[start]) ? 2 : 1;
        }

        return new ScreenLine($" {line.Text}", Tone.Strong).Add(typed[start..]).Add("_", Tone.Faint);
    }

    private static ScreenLine Status(TopState state)
    {
        if (state.Notice is { } notice)
        {
            return new ScreenLine($" {notice}", Tone.Strong);
        }

        if (state.Connectors is null || state.Sheet is not null)
        {
            return new ScreenLine();
        }

        RowPage page = state.Page;
        string range = page.Rows.Count == 0 ? "0" : FormattableString.Invariant($"{page.Offset + 1}-{page.Offset + page.Rows.Count}");
        string order = $"by {state.Sort}{(state.IsDescending ? ", largest first" : "")}";
        return state.Filter.Length == 0
            ? new ScreenLine(FormattableString.Invariant($" {range} of {page.Total} {order}"))
            : new ScreenLine(FormattableString.Invariant($" {range} of {page.Matched} with ")).Add(state.Filter, Tone.Strong).Add(FormattableString.Invariant($", of {page.Total}, {order}"));
    }

    private static ScreenLine Capture(TopState state) => state.Capture is { } capture
        ? new ScreenLine(FormattableString.Invariant($"capturing #{capture.Id} to {capture.File} {SizeText.Of(capture.Bytes)}, c stops "), Tone.Alarm)
        : new ScreenLine();

    private static ScreenLine Keys((string Key, string Does)[] keys, int columns)
    {
        var line = new ScreenLine();
        foreach ((string key, string does) in keys)
        {
            if (line.Width + key.Length + does.Length + 3 > columns)
            {
                break;
            }

            line.Add(line.Width == 0 ? " " : "  ").Add(key, Tone.Strong).Add($" {does}", Tone.Faint);
        }

        return line;
    }
}
