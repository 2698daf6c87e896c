using System.Globalization;

namespace SocketConnector.Cli.Admin;

/// <summary>Which connections are wanted, and in which order.</summary>
internal sealed record ConnectionQuery
{
    /// <summary>The most that a channel gives at once.</summary>
    public const int MaxPage = 1000;

    /// <summary>Words, all of which must be found.</summary>
    public string Filter { get; init; } = "";

    public string Sort { get; init; } = "id";

    /// <summary>Whether the largest comes first.</summary>
    public bool IsDescending { get; init; }

    public int Offset { get; init; }

    public int Limit { get; init; } = MaxPage;

    public string ToUri() => string.Create(
        CultureInfo.InvariantCulture,
        $"v1/connections?filter={Uri.EscapeDataString(Filter)}&sort={Sort}&order={(IsDescending ? "desc" : "asc")}&offset={Offset}&limit={Limit}");
}
