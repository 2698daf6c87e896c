using SocketConnector.Admin.Events;
using SocketConnector.Admin.Http;
using SocketConnector.Admin.Registry;

namespace SocketConnector.Admin.Resources;

/// <summary>What happens, as it happens.</summary>
internal sealed class EventFeed(ConnectorRegistry registry, RateSampler sampler, TimeProvider time)
{
    public IEnumerable<Route> Routes() => [new("GET", "/v1/events", FollowAsync) { Parameters = ["connector"], IsStream = true }];

    private async Task FollowAsync(Call call)
    {
        ConnectorEntry? only = call.Parameters.Text("connector") is { } id ? registry.Require(id) : null;
        call.Context.BeginStream("text/event-stream; charset=utf-8");
        using var stream = new EventStream(() => only is null ? registry.Entries : [only], sampler, time, new SseWriter(call.Context.Response.BodyWriter));
        await stream.RunAsync(call.Ending).ConfigureAwait(false);
    }
}
