using System.Runtime.CompilerServices;
using System.Text.Json;

namespace SocketConnector.Cli.Admin;

/// <summary>All connections that a query finds, page by page.</summary>
/// <param name="client">The channel.</param>
/// <param name="query">What is wanted.</param>
/// <param name="limit">How many at most; all unless said otherwise.</param>
internal sealed class ConnectionListing(AdminClient client, ConnectionQuery query, int? limit)
{
    /// <summary>How many there were at the last page, found or not.</summary>
    public int Total { get; private set; }

    /// <summary>Each once: a connection moves to another page while others come and go.</summary>
    public async IAsyncEnumerable<JsonElement> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<long>();
        for (int offset = 0; limit is null || seen.Count < limit;)
        {
            int wanted = Math.Min(ConnectionQuery.MaxPage, (limit ?? int.MaxValue) - seen.Count);
            ConnectionPage page = await client.GetConnectionsAsync(query with { Offset = offset, Limit = wanted }, cancellationToken);
            Total = page.Total;
            foreach (JsonElement connection in page.Connections)
            {
                if (seen.Add(connection.GetProperty("id"u8).GetInt64()))
                {
                    yield return connection;
                }
            }

            offset += page.Connections.Count;
            if (page.Connections.Count == 0 || offset >= page.Matched)
            {
                yield break;
            }
        }
    }
}
