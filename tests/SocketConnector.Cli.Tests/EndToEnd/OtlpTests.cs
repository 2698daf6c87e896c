using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

public sealed class OtlpTests
{
    [Fact]
    public async Task B136_Metrics_and_spans_reach_a_collector_where_the_standard_variables_name_one()
    {
        await using var collector = new OtlpCollector();
        await using var far = new EchoServer();
        await using ChildProcess program = Start(
            $"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf OTEL_METRIC_EXPORT_INTERVAL=200 OTEL_SERVICE_NAME=edge", far);
        using TestPeer client = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));
        await client.WriteAsync("hello");
        Assert.Equal("hello", await client.ReadTextAsync(5));

        // The connection runs still.
        await Eventually.TrueAsync(() => collector.Metrics.Contains("socketconnector.io") && collector.Metrics.Contains("socketconnector.connections.active"));
        Assert.Contains("service.name=edge", collector.Resource);
        client.EndHalf();
        Assert.Empty(await client.ReadToEndAsync());
        await program.LineAsync("#1 closed");
        await program.StopAsync();
        Assert.Contains("socketconnector.connection.duration", collector.Metrics);
        Assert.Equal(["connect", "loop", "settings", "settings", "socketconnector.connection"], collector.Spans.Order(StringComparer.Ordinal));
        Assert.Empty(program.Errors);
    }

    [Fact]
    public async Task B136_A_collector_that_is_not_there_or_has_no_address_holds_nothing_up()
    {
        await using var far = new EchoServer();
        foreach (string variables in (string[])[$"OTEL_EXPORTER_OTLP_ENDPOINT=http://{TestServer.RefusingPort()}", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=nowhere"])
        {
            await using ChildProcess program = Start(variables, far);
            using TestPeer client = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));
            await client.WriteAsync("hello");
            Assert.Equal("hello", await client.ReadTextAsync(5));
            client.Dispose();
            await program.StopAsync();
            Assert.Equal(variables.EndsWith("nowhere", StringComparison.Ordinal), program.Errors.Any(line => line.Contains("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT is 'nowhere'", StringComparison.Ordinal)));
        }
    }

    private static ChildProcess Start(string variables, EchoServer far) =>
        TheProgram.StartAfter($"export {variables}", "server-to-socket", "127.0.0.1:0", far.EndPoint.ToString()!);
}
