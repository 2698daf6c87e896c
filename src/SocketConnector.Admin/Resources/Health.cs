using Microsoft.AspNetCore.Http;
using SocketConnector.Admin.Access;
using SocketConnector.Admin.Http;
using SocketConnector.Admin.Metrics;
using SocketConnector.Admin.Registry;

namespace SocketConnector.Admin.Resources;

/// <summary>For those who watch over the program: whether it runs, whether it takes connections, and its metrics.</summary>
internal sealed class Health(ConnectorRegistry registry, MeterReader metrics)
{
    private const string Plain = "text/plain; charset=utf-8";

    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/healthz", static call => Answer.TextAsync(call.Context, Plain, "ok\n")) { Needs = Grade.None },
        new("GET", "/readyz", TellReadyAsync),
        new("GET", "/metrics", call => Answer.TextAsync(call.Context, PrometheusText.ContentType, PrometheusText.Of(metrics.Read()))),
    ];

    private Task TellReadyAsync(Call call)
    {
        string? hindrance = registry.Entries.Select(Hindrance).FirstOrDefault(static one => one is not null);
        call.Context.Response.StatusCode = hindrance is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return Answer.TextAsync(call.Context, Plain, $"{hindrance ?? "ready"}\n");
    }

    private static string? Hindrance(ConnectorEntry entry)
    {
        string name = $"connector {entry.Connector.Name ?? entry.Id}";
        return entry.Connector.IsStarving ? $"{name} cannot accept, for want of file descriptors or memory, and goes on trying"
            : entry.Connector.IsClosed ? $"{name} is {entry.State}, and accepts nothing any more"
            : null;
    }
}
