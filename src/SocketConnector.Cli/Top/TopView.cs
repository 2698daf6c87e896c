namespace SocketConnector.Cli.Top;

/// <summary>The state as lines: exactly as many as the screen has, and each exactly as wide. Pure.</summary>
internal static class TopView
{
    public static IReadOnlyList<ScreenLine> Of(TopState state)
    {
        (int columns, int lines) = state.Size;
        IEnumerable<ScreenLine> middle = state.Sheet is { } sheet ? TopSheets.Of(state, sheet) : TableView.Of(state);
        int room = Math.Max(0, lines - TopLayout.Footer);
        ScreenLine[] above = [.. HeaderView.Of(state).Concat(middle).Take(room)];

        // What is asked must be seen on the smallest terminal, so the bottom comes first where there is no room for both.
        return
        [
            .. above.Concat(Enumerable.Repeat(new ScreenLine(), room - above.Length)).Concat(FooterView.Of(state)).TakeLast(lines).Select(line => line.Fit(columns)),
        ];
    }
}
