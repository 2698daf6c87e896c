using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Top;

namespace SocketConnector.Cli.Tests.Top;

/// <summary>Connections to look at.</summary>
internal static class Rows
{
    public static ConnectorList Connectors(params ConnectorInfo[] connectors) => new(
        new ProgramInfo("socketconnector", "0.1.0", 4711, new DateTimeOffset(2026, 11, 24, 12, 6, 57, TimeSpan.Zero)), new DateTimeOffset(2026, 11, 24, 14, 12, 0, TimeSpan.Zero), connectors);

    public static ConnectorInfo Connector(string id = "1", string? name = "db") => new() { Id = id, Name = name, State = "open", ListensA = ["127.0.0.1:9000"], Active = 3, Joined = 17, BytesAToB = 1, BytesBToA = 2 };

    public static ConnectionInfo Connection(long id, string? identity = null, string a = "127.0.0.1:5000") => new()
    {
        Id = id,
        Connector = "1",
        A = new PeerInfo { Remote = a, Local = "127.0.0.1:9000", Identity = identity },
        B = new PeerInfo { Remote = "127.0.0.1:5432", Dialled = true },
        DurationMs = 192_700,
        BytesAToB = 1572864,
        BytesBToA = 12,
        RateAToB = 2048,
    };

    /// <summary>A page of connections that are numbered from 1.</summary>
    public static RowPage Page(int offset, int count, int matched) => new(offset, matched, matched, [.. Enumerable.Range(offset + 1, Math.Clamp(matched - offset, 0, count)).Select(static id => Connection(id))]);

    /// <summary>What the screen shows once a relay with so many connections has answered.</summary>
    public static TopState Shown(int columns, int lines, int connections)
    {
        TopState state = new TopState().WithSize(new ScreenSize(columns, lines));
        return TopAnswers.Take(state, new TopAnswer(Connectors(Connector()), Page(0, state.Layout.Rows, connections), IsSample: true));
    }

    /// <summary>The relay answers what the state asks.</summary>
    public static TopState Answered(this TopState state, int connections) =>
        TopAnswers.Take(state, new TopAnswer(Connectors(Connector()), Page(state.First, state.Layout.Rows, connections), IsSample: true));

    public static TopState Press(this TopState state, params IEnumerable<Key> keys) => keys.Aggregate(state, static (before, key) => TopKeys.Press(before, key).State);

    public static TopState Type(this TopState state, string text) => state.Press(text.Select(Key.Of));

    public static TopState Press(this TopState state, KeyName key) => state.Press(new Key(key));

    public static string[] Screen(this TopState state) => [.. TopView.Of(state).Select(static line => line.Text)];
}
