using SocketConnector.Cli.Admin;

namespace SocketConnector.Cli.Top;

/// <summary>What came back from the relay.</summary>
/// <param name="Connectors">What it has.</param>
/// <param name="Page">The rows that were asked for.</param>
/// <param name="IsSample">Whether a second has passed since the last one that is.</param>
internal sealed record TopAnswer(ConnectorList Connectors, RowPage Page, bool IsSample)
{
    /// <summary>The connection whose details were asked for; none where none was, or where it has ended.</summary>
    public ConnectionInfo? Details { get; init; }

    /// <summary>The id that was asked for.</summary>
    public long? DetailsOf { get; init; }
}

/// <summary>Answers change the state. Pure.</summary>
internal static class TopAnswers
{
    public static TopState Take(TopState state, TopAnswer answer)
    {
        IReadOnlyList<ConnectorInfo> connectors = answer.Connectors.Connectors;
        return Select(state with { Page = answer.Page }) with
        {
            Connectors = answer.Connectors,
            Trouble = null,
            AToB = answer.IsSample ? state.AToB.With(connectors.Sum(static connector => connector.RateAToB)) : state.AToB,
            BToA = answer.IsSample ? state.BToA.With(connectors.Sum(static connector => connector.RateBToA)) : state.BToA,
            Sheet = state.Sheet is TopSheet.Details details && details.Id == answer.DetailsOf
                ? details with { Connection = answer.Details ?? details.Connection, HasEnded = answer.Details is null }
                : state.Sheet,
        };
    }

    /// <summary>The cursor stays with its connection while that is on the screen, and else where it is.</summary>
    private static TopState Select(TopState state)
    {
        int at = state.SelectedId is long id ? state.Page.Find(id) : -1;
        return state.WithCursor(at >= 0 ? at : state.Cursor);
    }
}
