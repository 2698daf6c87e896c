using SocketConnector.Admin.Events;
using SocketConnector.Admin.Http;
using SocketConnector.Admin.Registry;

namespace SocketConnector.Admin.Resources;

/// <summary>What happens, as it happens.</summary>
internal sealed class EventFeed(ConnectorRegistry registry, RateSampler sampler, TimeProvider time)
{
    /// <summary>Whether the connections that there are come first.</summary>
    private static readonly Dictionary<string, bool> _connections = new(StringComparer.Ordinal) { ["all"] = true, ["none"] = false };

    public IEnumerable<Route> Routes() => [new("GET", "/v1/events", FollowAsync) { Parameters = ["connector", "connections"], IsStream = true }];

    private async Task FollowAsync(Call call)
    {
        ConnectorEntry? only = call.Parameters.Text("connector") is { } id ? registry.Require(id) : null;
        bool listsConnections = call.Parameters.Choice("connections", _connections) ?? true;
        call.Context.BeginStream("text/event-stream; charset=utf-8");
        using var stream = new EventStream(() => only is null ? registry.Entries : [only], sampler, time, new SseWriter(call.Context.Response.BodyWriter))
        {
            ListsConnections = listsConnections,
        };
        await stream.RunAsync(call.Ending, call.Context.RequestAborted).ConfigureAwait(false);
    }
}
