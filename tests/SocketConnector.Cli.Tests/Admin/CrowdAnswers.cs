using System.Globalization;

namespace SocketConnector.Cli.Tests.Admin;

/// <summary>What a relay with many connections answers, by the contract: pages, both orders, and a filter on numbers.</summary>
internal static class CrowdAnswers
{
    public static FakeAdmin AnswerCrowd(this FakeAdmin admin, int connections) => admin
        .Answer("GET /v1/connectors", Answers.Connectors("db"))
        .Answer("GET /v1/connections", query => Page(connections, query));

    /// <summary>The same with other figures in every row of every answer.</summary>
    public static FakeAdmin AnswerBusyCrowd(this FakeAdmin admin, int connections)
    {
        int answers = 0;
        return admin.AnswerCrowd(connections).Answer("GET /v1/connections", query =>
        {
            answers++;
            return Page(connections, query).Replace("\"bytesAToB\":1572864", string.Create(CultureInfo.InvariantCulture, $"\"bytesAToB\":{answers * 123456L}"), StringComparison.Ordinal);
        });
    }

    private static string Page(int connections, string query)
    {
        Dictionary<string, string> asked = query.Split('&').Select(static part => part.Split('=')).ToDictionary(static part => part[0], static part => Uri.UnescapeDataString(part[1]), StringComparer.Ordinal);
        IEnumerable<int> ids = Enumerable.Range(1, connections);
        if (asked["filter"] is { Length: > 0 } filter)
        {
            ids = ids.Where(id => filter == string.Create(CultureInfo.InvariantCulture, $"#{id}"));
        }

        int[] matched = [.. asked["order"] == "desc" ? ids.Reverse() : ids];
        int offset = int.Parse(asked["offset"], CultureInfo.InvariantCulture);
        IEnumerable<string> rows = matched.Skip(offset).Take(int.Parse(asked["limit"], CultureInfo.InvariantCulture)).Select(static id => Answers.Connection(id));
        return string.Create(CultureInfo.InvariantCulture, $$"""{"time":"2026-11-24T12:07:57Z","total":{{connections}},"matched":{{matched.Length}},"offset":{{offset}},"connections":[{{string.Join(',', rows)}}]}""");
    }
}
