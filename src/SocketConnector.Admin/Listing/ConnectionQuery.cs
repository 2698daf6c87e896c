using System.Diagnostics;

namespace SocketConnector.Admin.Listing;

/// <summary>One page of the connections that a filter lets through, in an order. Pure.</summary>
internal sealed record ConnectionQuery
{
    public const int MaxLimit = 1000;

    public ConnectionFilter Filter { get; init; } = new("");

    public ConnectionOrder Order { get; init; }

    public bool IsDescending { get; init; }

    public int Offset { get; init; }

    public int Limit { get; init; } = 100;

    /// <param name="all">The connections.</param>
    /// <param name="now">For their age.</param>
    /// <returns>The page, and how many the filter let through.</returns>
    public (IReadOnlyList<T> Page, int Matched) Run<T>(IReadOnlyCollection<T> all, DateTimeOffset now)
        where T : IListed
    {
        T[] matched = Filter.IsEmpty ? [.. all] : [.. all.Where(one => Filter.Matches(one))];
        Sort(matched, now);
        int from = Math.Min(Offset, matched.Length);
        return (matched[from..Math.Min(from + Limit, matched.Length)], matched.Length);
    }

    /// <summary>Each key is made once. Of equal ones the older connection comes first, so that pages neither overlap nor leave one out.</summary>
    private void Sort<T>(T[] connections, DateTimeOffset now)
        where T : IListed
    {
        if (Order == ConnectionOrder.Id)
        {
            SortById(connections);
            return;
        }

        var keys = new (SortKey By, long Id)[connections.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = (KeyOf(connections[i], now), connections[i].Id);
        }

        Array.Sort(keys, connections, Comparer<(SortKey By, long Id)>.Create(Compare));
    }

    /// <summary>What is asked for most, over and over where a list is read page by page.</summary>
    private void SortById<T>(T[] connections)
        where T : IListed
    {
        long[] ids = Array.ConvertAll(connections, static connection => connection.Id);
        Array.Sort(ids, connections);
        if (IsDescending)
        {
            Array.Reverse(connections);
        }
    }

    private SortKey KeyOf<T>(T connection, DateTimeOffset now)
        where T : IListed => Order switch
        {
            ConnectionOrder.Age => SortKey.OfNumber((now - connection.JoinedAt).Ticks),
            ConnectionOrder.Bytes => SortKey.OfNumber(connection.Bytes),
            ConnectionOrder.Rate => SortKey.OfNumber(connection.Rate),
            ConnectionOrder.A => SortKey.OfEndPoint(connection.RemoteA),
            ConnectionOrder.B => SortKey.OfEndPoint(connection.RemoteB),
            ConnectionOrder.Name => SortKey.OfText(connection.Identity),
            _ => throw new UnreachableException(),
        };

    private int Compare((SortKey By, long Id) one, (SortKey By, long Id) other)
    {
        int order = IsDescending ? SortKey.Compare(other.By, one.By) : SortKey.Compare(one.By, other.By);
        return order != 0 ? order : one.Id.CompareTo(other.Id);
    }
}
