using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SocketConnector.Admin.Http;
using SocketConnector.Admin.Registry;
using SocketConnector.Admin.Views;

namespace SocketConnector.Admin.Resources;

/// <summary>The connectors.</summary>
internal sealed class Connectors(ConnectorRegistry registry, RateSampler sampler, TimeProvider time)
{
    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/v1/connectors", ListAsync),
        new("GET", "/v1/connectors/{connector}", ShowAsync),
        new("POST", "/v1/connectors/{connector}/drain", DrainAsync) { Parameters = ["within"] },
        new("GET", "/v1/stats", TellStatsAsync) { Parameters = ["connector"] },
    ];

    private Task ListAsync(Call call) => Answer.JsonAsync(call.Context, json =>
    {
        json.WriteStartObject();
        ProgramView.Write(json);
        json.WriteTime("time", time.GetUtcNow());
        json.WriteStartArray("connectors");
        foreach (ConnectorEntry entry in registry.Entries)
        {
            Write(json, entry);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private Task ShowAsync(Call call)
    {
        ConnectorEntry entry = registry.Require(call.Id);
        return Answer.JsonAsync(call.Context, json => Write(json, entry));
    }

    private Task DrainAsync(Call call)
    {
        ConnectorEntry entry = registry.Require(call.Id);
        TimeSpan? within = call.Parameters.Seconds("within");
        entry.Drain(within);
        return Answer.JsonAsync(call.Context, json => WriteId(json, entry), StatusCodes.Status202Accepted);
    }

    private Task TellStatsAsync(Call call)
    {
        IReadOnlyList<ConnectorEntry> entries = registry.Wanted(call.Parameters);
        return Answer.JsonAsync(call.Context, json =>
        {
            json.WriteStartObject();
            json.WriteTime("time", time.GetUtcNow());
            json.WriteStartArray("connectors");
            foreach (ConnectorEntry entry in entries)
            {
                json.WriteStartObject();
                json.WriteString("id", entry.Id);
                using var stats = JsonDocument.Parse(entry.Connector.GetStats().ToJson());
                foreach (JsonProperty property in stats.RootElement.EnumerateObject())
                {
                    property.WriteTo(json);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private void Write(Utf8JsonWriter json, ConnectorEntry entry) =>
        ConnectorView.Write(json, entry, entry.Connector.GetStats(), sampler.Read(rates => rates.OfConnector(entry.Id)));

    private static void WriteId(Utf8JsonWriter json, ConnectorEntry entry)
    {
        json.WriteStartObject();
        json.WriteString("id", entry.Id);
        json.WriteEndObject();
    }
}
