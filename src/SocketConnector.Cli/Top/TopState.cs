using SocketConnector.Cli.Admin;

namespace SocketConnector.Cli.Top;

/// <summary>All that the screen shows, and all that keys change. Pure: <see cref="TopKeys"/> and <see cref="TopAnswers"/> make the next one of it.</summary>
internal sealed record TopState
{
    public ScreenSize Size { get; init; } = ScreenSize.Usual;

    /// <summary>The answer that came last; none before the first.</summary>
    public ConnectorList? Connectors { get; init; }

    public RateHistory AToB { get; init; } = RateHistory.Empty;

    public RateHistory BToA { get; init; } = RateHistory.Empty;

    public RowPage Page { get; init; } = RowPage.Empty;

    /// <summary>Which of all rows is selected.</summary>
    public int Cursor { get; init; }

    /// <summary>Which of all rows is to be the first on the screen.</summary>
    public int First { get; init; }

    /// <summary>The connection that is selected, which the cursor follows while it is on the screen.</summary>
    public long? SelectedId { get; init; }

    public string Sort { get; init; } = ConnectionSort.Keys[0];

    /// <summary>The other way round than what is sorted so usually is.</summary>
    public bool IsReversed { get; init; }

    public string Filter { get; init; } = "";

    public TopSheet? Sheet { get; init; }

    public TopPrompt? Prompt { get; init; }

    /// <summary>What was done or has failed, until the next key.</summary>
    public string? Notice { get; init; }

    /// <summary>Why there are no answers at the moment.</summary>
    public string? Trouble { get; init; }

    public CaptureProgress? Capture { get; init; }

    public TopLayout Layout => TopLayout.Of(Size);

    public bool IsDescending => ConnectionSort.IsLargestFirst(Sort) != IsReversed;

    /// <summary>The rows that are to be seen, and no others.</summary>
    public ConnectionQuery Query => new() { Filter = Filter, Sort = Sort, IsDescending = IsDescending, Offset = First, Limit = Math.Min(Layout.Rows, ConnectionQuery.MaxPage) };

    /// <summary>What keys that do something to a connection mean: the one of the details, or the selected one.</summary>
    public ConnectionInfo? Target => Sheet is TopSheet.Details details ? details.HasEnded ? null : details.Connection : Page.At(Cursor);

    /// <summary>The same for another terminal size, with the cursor on the screen.</summary>
    public TopState WithSize(ScreenSize size) => (this with { Size = size }).WithCursor(Cursor);

    /// <param name="index">Among all rows; the nearest where there is no such row.</param>
    public TopState WithCursor(int index)
    {
        int cursor = Math.Clamp(index, 0, Math.Max(0, Page.Matched - 1));
        int first = Math.Clamp(First, cursor - Layout.Rows + 1, cursor);
        return this with
        {
            Cursor = cursor,
            First = Math.Clamp(first, 0, Math.Max(0, Page.Matched - Layout.Rows)),
            SelectedId = Page.At(cursor)?.Id,
        };
    }

    /// <summary>It is on the screen.</summary>
    public TopState Drawn() => Prompt is TopPrompt.Question question ? this with { Prompt = question with { IsSeen = true } } : this;
}

/// <summary>A capture in the background.</summary>
/// <param name="Id">Of the connection.</param>
/// <param name="File">Where to.</param>
/// <param name="Bytes">How large it is so far.</param>
internal sealed record CaptureProgress(long Id, string File, long Bytes);
