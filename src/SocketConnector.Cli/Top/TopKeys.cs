using System.Globalization;
using System.Text;
using SocketConnector.Cli.Admin;

namespace SocketConnector.Cli.Top;

/// <summary>Keys change the state, or want something done. Pure.</summary>
internal static class TopKeys
{
    // No file name and no filter is longer.
    private const int LongestLine = 1000;

    public static (TopState State, TopAction? Action) Press(TopState before, Key key)
    {
        TopState state = before with { Notice = null };
        return (key.Name, state.Prompt) switch
        {
            (KeyName.Interrupt, _) => (state, new TopAction.Quit()),
            (KeyName.Redraw, _) => (state, new TopAction.Redraw()),
            (_, TopPrompt.Question question) => Answer(state, question, key),
            (_, TopPrompt.Line line) => Type(state, line, key),
            (KeyName.Character, _) => Letter(state, key.Character),
            (KeyName.Escape, _) => (state with { Sheet = null }, null),
            (KeyName.Enter, _) => (Details(state), null),
            _ => (Move(state, key.Name), null),
        };
    }

    private static (TopState State, TopAction? Action) Answer(TopState state, TopPrompt.Question question, Key key) => (key.Name, key.Character.Value) switch
    {
        // Nobody has answered what was not on the screen yet, such as who has pasted a word.
        (KeyName.Character, 'y' or 'Y') when question.IsSeen => (state with { Prompt = null }, question.Yes),
        _ => (state with { Prompt = null }, null),
    };

    private static (TopState State, TopAction? Action) Type(TopState state, TopPrompt.Line line, Key key) => key.Name switch
    {
        KeyName.Escape => (state with { Prompt = null }, null),
        KeyName.Enter => line.Accept(state with { Prompt = null }),
        KeyName.Clear => (state with { Prompt = line with { Typed = "" } }, null),
        KeyName.Backspace => (state with { Prompt = line with { Typed = WithoutLast(line.Typed) } }, null),
        KeyName.Character when line.Typed.Length < LongestLine => (state with { Prompt = line with { Typed = line.Typed + key.Character } }, null),
        _ => (state, null),
    };

    private static (TopState State, TopAction? Action) Letter(TopState state, Rune letter) => letter.Value switch
    {
        'q' => (state, new TopAction.Quit()),
        '?' or 'h' => (state with { Sheet = state.Sheet is TopSheet.Help ? null : new TopSheet.Help(0) }, null),
        '/' => (state with { Sheet = null, Prompt = new TopPrompt.Filter(state.Filter) }, null),
        's' => (FromStart(state with { Sort = ConnectionSort.After(state.Sort), IsReversed = false }), null),
        'r' => (FromStart(state with { IsReversed = !state.IsReversed }), null),
        'e' => (End(state), null),
        'd' => (Drain(state), null),
        'c' => Capture(state),
        'k' => (Move(state, KeyName.Up), null),
        'j' => (Move(state, KeyName.Down), null),
        'g' => (Move(state, KeyName.Home), null),
        'G' => (Move(state, KeyName.End), null),
        _ => (state, null),
    };

    /// <summary>In another order, the first rows are those that are wanted.</summary>
    private static TopState FromStart(TopState state) => state with { Cursor = 0, First = 0, SelectedId = null };

    private static TopState Move(TopState state, KeyName key)
    {
        if (state.Sheet is { } sheet)
        {
            return state with { Sheet = sheet with { Scroll = Math.Clamp(Moved(sheet.Scroll, state.Layout.Sheet), 0, TopSheets.MostScroll(state)) } };
        }

        return state.WithCursor(Moved(state.Cursor, state.Layout.Rows));

        int Moved(int from, int page) => key switch
        {
            KeyName.Up => from - 1,
            KeyName.Down => from + 1,
            KeyName.PageUp => from - page,
            KeyName.PageDown => from + page,
            KeyName.Home => 0,
            KeyName.End => int.MaxValue,
            _ => from,
        };
    }

    private static TopState Details(TopState state) => (state.Sheet, state.Target) switch
    {
        (null, { } connection) => state with { Sheet = new TopSheet.Details(connection.Id, connection, HasEnded: false, Scroll: 0) },
        (null, null) => Nothing(state),
        _ => state with { Sheet = null },
    };

    private static TopState End(TopState state) => state.Target is { } connection
        ? state with { Prompt = new TopPrompt.Question(Invariant($"End #{connection.Id} A {connection.A.Remote ?? "unknown"} with B {connection.B.Remote ?? "unknown"}? y/n"), new TopAction.End(connection.Id)) }
        : Nothing(state);

    private static TopState Drain(TopState state)
    {
        ConnectorInfo[] open = [.. (state.Connectors?.Connectors ?? []).Where(static connector => connector.State != "closed")];
        if (open.Length == 0)
        {
            return state with { Notice = "nothing runs that could be drained" };
        }

        int active = open.Sum(static connector => connector.Active);
        string which = open is [{ Name: { } name }] ? $"Drain {name}" : "Drain";
        string what = Invariant($"{which}? It accepts no more, and ends when {(active == 1 ? "its connection has" : Invariant($"its {active} connections have"))}. y/n");
        return state with { Prompt = new TopPrompt.Question(what, new TopAction.Drain([.. open.Select(static connector => connector.Id)])) };
    }

    private static (TopState State, TopAction? Action) Capture(TopState state) => (state.Capture, state.Target) switch
    {
        ({ }, _) => (state, new TopAction.StopCapture()),
        (null, { Id: var id }) => (state with { Prompt = new TopPrompt.CaptureFile(id, Invariant($"connection-{id}.pcapng")) }, null),
        (null, null) => (Nothing(state), null),
    };

    private static TopState Nothing(TopState state) => state with { Notice = "no connection is selected" };

    private static string WithoutLast(string text)
    {
        int last = StringInfo.ParseCombiningCharacters(text) is [.., var start] ? start : 0;
        return text[..last];
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
