using System.Text.Json;
using SocketConnector.Admin.Registry;
using SocketConnector.Admin.Views;

namespace SocketConnector.Admin.Events;

/// <summary>Writes the events of a stream; <c>x-events</c> in openapi.json tells the data of each.</summary>
/// <param name="wanted">The connectors, asked anew each time: some are added later.</param>
/// <param name="sampler">For the rates.</param>
/// <param name="time">The clock.</param>
/// <param name="output">Where it is written.</param>
internal sealed class EventWriter(Func<IReadOnlyList<ConnectorEntry>> wanted, RateSampler sampler, TimeProvider time, SseWriter output)
{
    public void WriteSnapshot() => WriteConnectors("snapshot", ProgramView.Write);

    public void WriteTotals() => WriteConnectors("totals", static _ => { });

    public void WriteConnections(IEnumerable<ListedConnection> connections) => Write("connections", json =>
    {
        DateTimeOffset now = time.GetUtcNow();
        json.WriteStartArray("connections");
        foreach (ListedConnection connection in connections)
        {
            ConnectionView.Write(json, connection, now);
        }

        json.WriteEndArray();
    });

    public void WriteReady() => Write("ready", static _ => { });

    public void WriteLost(long count) => Write("lost", json => json.WriteNumber("count", count));

    public void WriteStopped() => Write("stopped", json => json.WriteTime("time", time.GetUtcNow()));

    public void WriteJoined(ListedConnection connection) => output.Write("joined", json => ConnectionView.Write(json, connection, time.GetUtcNow()));

    public void WriteJoined(ConnectorEntry entry, ConnectionEvent happened) => output.Write("joined", json => EventView.WriteJoined(json, entry, happened));

    public void WriteClosed(ConnectorEntry entry, ConnectionEvent happened) => output.Write("closed", json => EventView.WriteClosed(json, entry, happened));

    public void WriteRefused(ConnectorEntry entry, ConnectionEvent happened) => output.Write("refused", json => EventView.WriteRefused(json, entry, happened));

    public void WritePending(ConnectorEntry entry, ConnectionEvent happened) =>
        output.Write("pending", json => new WaitingPeer(entry, (happened.PeerA ?? happened.PeerB)!).Write(json, happened.Time));

    private void WriteConnectors(string name, Action<Utf8JsonWriter> more) => Write(name, json =>
    {
        json.WriteTime("time", time.GetUtcNow());
        more(json);
        json.WriteStartArray("connectors");
        foreach ((ConnectorEntry entry, ConnectorStats stats, Rate rate) in sampler.Read(reading =>
            wanted().Select(entry => (entry, reading.StatsOf(entry), reading.OfConnector(entry.Id))).ToArray()))
        {
            ConnectorView.Write(json, entry, stats, rate);
        }

        json.WriteEndArray();
    });

    private void Write(string name, Action<Utf8JsonWriter> properties) => output.Write(name, json =>
    {
        json.WriteStartObject();
        properties(json);
        json.WriteEndObject();
    });
}
