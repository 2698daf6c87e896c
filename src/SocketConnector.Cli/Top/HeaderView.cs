using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Tables;

namespace SocketConnector.Cli.Top;

/// <summary>The top of the screen: which program it is, and what its connectors do together.</summary>
internal static class HeaderView
{
    private const string Program = "socketconnector";
    private const int RateWidth = 11;
    private const int TotalWidth = 16;
    private const int Wide = 120;

    public static IEnumerable<ScreenLine> Of(TopState state)
    {
        int columns = state.Size.Columns;
        IReadOnlyList<ConnectorInfo> connectors = state.Connectors?.Connectors ?? [];
        ScreenLine title = Title(state.Connectors).With(Condition(connectors), columns);
        ScreenLine? trouble = state.Trouble is { } why ? new ScreenLine($" gone, trying again: {why}", Tone.Alarm) : null;
        return state.Layout.Header switch
        {
            1 => [trouble ?? title],
            2 => [title, trouble ?? Summary(connectors)],
            _ =>
            [
                title,
                trouble ?? Counts(connectors),
                Flow(" A to B", state.AToB, connectors.Sum(static connector => connector.BytesAToB), Tone.AToB, state),
                Flow(" B to A", state.BToA, connectors.Sum(static connector => connector.BytesBToA), Tone.BToA, state),
                new ScreenLine(),
            ],
        };
    }

    private static ScreenLine Title(ConnectorList? list)
    {
        ScreenLine line = new ScreenLine(" ").Add(list?.Program?.Name ?? Program, Tone.Strong);
        if (list is null)
        {
            return line;
        }

        string names = string.Join(", ", list.Connectors.Select(static connector => connector.Name).OfType<string>().Distinct(StringComparer.Ordinal));
        string listens = string.Join(", ", list.Connectors.SelectMany(static connector => connector.ListensA.Concat(connector.ListensB)));
        string version = list.Program is { } program ? $" {program.Version}" : "";
        string process = list.Program is { } running ? FormattableString.Invariant($"  up {TimeText.Of(list.Time - running.StartedAt)}  process {running.ProcessId}") : "";
        return line.Add(version).Add(names.Length > 0 ? "  " : "").Add(names, Tone.Strong).Add(process).Add(listens.Length > 0 ? $"  on {listens}" : "");
    }

    /// <summary>Nothing as long as all is as it should be.</summary>
    private static ScreenLine Condition(IReadOnlyList<ConnectorInfo> connectors) =>
        connectors.Any(static connector => connector.Starving) ? new ScreenLine("cannot accept ", Tone.Alarm)
        : connectors.Any(static connector => connector.State == "draining") ? new ScreenLine("draining ", Tone.Alarm)
        : connectors.Count > 0 && connectors.All(static connector => connector.State == "closed") ? new ScreenLine("closed ", Tone.Alarm)
        : new ScreenLine();

    private static ScreenLine Counts(IReadOnlyList<ConnectorInfo> connectors) => new(FormattableString.Invariant(
        $" {connectors.Sum(static each => each.Active)} open   waiting A {connectors.Sum(static each => each.PendingA)} B {connectors.Sum(static each => each.PendingB)}   admitting {connectors.Sum(static each => each.Admitting)}   joined {connectors.Sum(static each => each.Joined)}   closed {connectors.Sum(static each => each.Closed.Sum(static reason => reason.Count))}"));

    private static ScreenLine Summary(IReadOnlyList<ConnectorInfo> connectors) =>
        new ScreenLine(FormattableString.Invariant($" {connectors.Sum(static each => each.Active)} open"))
            .Add($"  A to B {SizeText.Rate(connectors.Sum(static each => each.RateAToB))}", Tone.AToB)
            .Add($"  B to A {SizeText.Rate(connectors.Sum(static each => each.RateBToA))}", Tone.BToA)
            .Add(FormattableString.Invariant($"  waiting {connectors.Sum(static each => each.PendingA + each.PendingB)}"));

    /// <summary>Both directions have one scale, so that their bars can be compared.</summary>
    private static ScreenLine Flow(string direction, RateHistory history, long total, Tone tone, TopState state)
    {
        double most = Math.Max(state.AToB.Most, state.BToA.Most);
        string rate = SizeText.Rate(history.Last).PadLeft(RateWidth);
        string rest = $"  {SizeText.Of(total)} in all{(state.Size.Columns >= Wide ? $", at most {SizeText.Rate(history.Most)} in the last minute" : "")}";
        int width = Math.Clamp(state.Size.Columns - direction.Length - RateWidth - 4 - TotalWidth, 0, RateHistory.Length);
        return new ScreenLine($"{direction} {rate}  ").Add(Sparkline.Of(history.Values, width, most), tone).Add(rest);
    }
}
