using Microsoft.AspNetCore.Http;
using SocketConnector.Admin.Http;
using SocketConnector.Admin.Listing;
using SocketConnector.Admin.Registry;
using SocketConnector.Admin.Views;

namespace SocketConnector.Admin.Resources;

/// <summary>The connections that are joined now.</summary>
internal sealed class Connections(ConnectorRegistry registry, RateSampler sampler, TimeProvider time)
{
    private static readonly Dictionary<string, ConnectionOrder> _orders = new(StringComparer.Ordinal)
    {
        ["id"] = ConnectionOrder.Id,
        ["age"] = ConnectionOrder.Age,
        ["bytes"] = ConnectionOrder.Bytes,
        ["rate"] = ConnectionOrder.Rate,
        ["a"] = ConnectionOrder.A,
        ["b"] = ConnectionOrder.B,
        ["identity"] = ConnectionOrder.Name,
    };

    private static readonly Dictionary<string, bool> _directions = new(StringComparer.Ordinal) { ["asc"] = false, ["desc"] = true };

    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/v1/connections", ListAsync) { Parameters = ["connector", "filter", "sort", "order", "offset", "limit"] },
        new("GET", "/v1/connections/{id}", ShowAsync),
        new("POST", "/v1/connections/{id}/end", EndAsync),
        new("POST", "/v1/connections/{id}/abort", AbortAsync),
    ];

    private Task ListAsync(Call call)
    {
        var query = new ConnectionQuery
        {
            Filter = new ConnectionFilter(call.Parameters.Text("filter") ?? ""),
            Order = call.Parameters.Choice("sort", _orders) ?? ConnectionOrder.Id,
            IsDescending = call.Parameters.Choice("order", _directions) ?? false,
            Offset = (int)(call.Parameters.Number("offset", 0, int.MaxValue) ?? 0),
            Limit = (int)(call.Parameters.Number("limit", 1, ConnectionQuery.MaxLimit) ?? 100),
        };
        IReadOnlyList<ConnectorEntry> entries = registry.Wanted(call.Parameters);
        DateTimeOffset now = time.GetUtcNow();
        ListedConnection[] all = sampler.Read(rates => entries
            .SelectMany(entry => entry.Connector.GetConnections().Select(connection => new ListedConnection(entry, connection, rates)))
            .ToArray());
        (IReadOnlyList<ListedConnection> page, int matched) = query.Run(all, now);
        return Answer.JsonAsync(call.Context, json =>
        {
            json.WriteStartObject();
            json.WriteTime("time", now);
            json.WriteNumber("total", all.Length);
            json.WriteNumber("matched", matched);
            json.WriteNumber("offset", query.Offset);
            json.WriteStartArray("connections");
            foreach (ListedConnection connection in page)
            {
                ConnectionView.Write(json, connection, now);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private Task ShowAsync(Call call)
    {
        (ConnectorEntry entry, Connection connection) = registry.RequireConnection(call.Id);
        var listed = new ListedConnection(entry, connection, sampler.Read(static rates => rates));
        return Answer.JsonAsync(call.Context, json => ConnectionView.WriteDetails(json, listed, time.GetUtcNow()));
    }

    /// <summary>Begins to end it, and does not wait: a reader that has stopped is given its time.</summary>
    private Task EndAsync(Call call)
    {
        (_, Connection connection) = registry.RequireConnection(call.Id);
        Task ending = connection.EndAsync(CancellationToken.None);
        return AcceptAsync(call, connection, ending);
    }

    private Task AbortAsync(Call call)
    {
        (_, Connection connection) = registry.RequireConnection(call.Id);
        connection.Abort();
        return AcceptAsync(call, connection, connection.Completion);
    }

    /// <param name="call">The request.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="ending">It never faults, and belongs to the connector from here on, whose completion waits for it.</param>
    private static Task AcceptAsync(Call call, Connection connection, Task ending)
    {
        System.Diagnostics.Debug.Assert(!ending.IsFaulted, "it never faults");
        return Answer.JsonAsync(
            call.Context,
            json =>
            {
                json.WriteStartObject();
                json.WriteNumber("id", connection.Id);
                json.WriteEndObject();
            },
            StatusCodes.Status202Accepted);
    }
}
