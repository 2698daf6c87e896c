using System.Globalization;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Tables;

namespace SocketConnector.Cli.Top;

/// <summary>A column of the table.</summary>
/// <param name="Heading">Above it.</param>
/// <param name="Width">Fixed, so that the table stands still while its numbers change.</param>
/// <param name="Of">Its cell for a connection.</param>
internal sealed record TopColumn(string Heading, int Width, Func<ConnectionInfo, string> Of)
{
    /// <summary>What it is sorted by.</summary>
    public string? Sort { get; init; }

    public bool IsNumber { get; init; }
}

/// <summary>Which columns there is room for, and how wide they are.</summary>
internal static class TopColumns
{
    private const int Wide = 120;
    private const int Narrow = 50;

    // 4d03h and 59m59s; 1023.9KiB; the same a second.
    private const int TimeWidth = 6;
    private const int SizeWidth = 9;
    private const int RateWidth = 11;
    private const int LeastIdWidth = 4;
    private const int NameWidth = 12;

    /// <summary>In front of each column.</summary>
    public static int Gap(int columns) => columns >= Wide ? 2 : 1;

    public static IReadOnlyList<TopColumn> For(TopState state)
    {
        int gap = Gap(state.Size.Columns);
        TopColumn[] left = Left(state), right = Right(state.Size.Columns);
        int flexible = Math.Max(2, state.Size.Columns - 1 - left.Concat(right).Sum(column => column.Width + gap) - (2 * gap));
        return
        [
            .. left,
            new TopColumn("A", flexible - (flexible / 2), static connection => connection.A.Text) { Sort = "a" },
            new TopColumn("B", flexible / 2, static connection => connection.B.Text) { Sort = "b" },
            .. right,
        ];
    }

    private static TopColumn[] Left(TopState state)
    {
        long largest = state.Page.Rows.Select(static row => row.Id).DefaultIfEmpty().Max();
        var id = new TopColumn("ID", Math.Max(LeastIdWidth, Text(largest).Length), static connection => Text(connection.Id)) { Sort = "id", IsNumber = true };
        IReadOnlyList<ConnectorInfo> connectors = state.Connectors?.Connectors ?? [];
        return connectors.Count > 1 && state.Size.Columns >= Wide
            ? [id, new TopColumn("CONNECTOR", NameWidth, connection => connectors.FirstOrDefault(each => each.Id == connection.Connector)?.Name ?? connection.Connector)]
            : [id];
    }

    private static TopColumn[] Right(int columns) => columns switch
    {
        >= Wide =>
        [
            Age(),
            Size("A TO B", static connection => connection.BytesAToB),
            Size("B TO A", static connection => connection.BytesBToA),
            Rate("RATE A TO B", static connection => connection.RateAToB),
            Rate("RATE B TO A", static connection => connection.RateBToA),
        ],
        >= Narrow =>
        [
            Age(),
            Size("BYTES", static connection => connection.BytesAToB + connection.BytesBToA) with { Sort = "bytes" },
            Rate("RATE", static connection => connection.RateAToB + connection.RateBToA) with { Sort = ConnectionSort.Rate },
        ],
        _ => [],
    };

    private static TopColumn Age() => new("AGE", TimeWidth, static connection => TimeText.OfMilliseconds(connection.DurationMs)) { Sort = "age", IsNumber = true };

    private static TopColumn Size(string heading, Func<ConnectionInfo, double> of) => new(heading, SizeWidth, connection => SizeText.Of(of(connection))) { IsNumber = true };

    private static TopColumn Rate(string heading, Func<ConnectionInfo, double> of) => new(heading, RateWidth, connection => SizeText.Rate(of(connection))) { IsNumber = true };

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);
}
