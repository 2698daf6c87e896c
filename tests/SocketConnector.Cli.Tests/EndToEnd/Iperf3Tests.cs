using System.Globalization;
using System.Text.Json;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

[Collection(RealPrograms.Name)]
public sealed class Iperf3Tests
{
    // Far below what any machine moves in a second, far above what the two say to each other beside it.
    private const long Least = 16 * 1024 * 1024;

    [Theory]
    [InlineData("")]
    [InlineData("--reverse")]
    public async Task B73_iperf3_measures_through_it(string direction)
    {
        string iperf3 = Tool.Find("iperf3");
        string serverPort = TestServer.RefusingPort().ToString(CultureInfo.InvariantCulture);
        await using ChildProcess server = ChildProcess.Start(iperf3, ["--server", "--one-off", "--bind", "127.0.0.1", "--port", serverPort, "--forceflush"]);
        while (!(await server.ReadLineAsync()).Contains("Server listening", StringComparison.Ordinal))
        {
        }

        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", serverPort, "--json");
        string port = (await program.ListeningAsync(Side.A)).ToString(CultureInfo.InvariantCulture);

        await using ChildProcess client = ChildProcess.Start(
            iperf3,
            ["--client", "127.0.0.1", "--port", port, "--time", "1", "--json", .. direction.Length > 0 ? [direction] : Array.Empty<string>()]);

        await client.ExpectExitAsync(0, TimeSpan.FromMinutes(1));
        using JsonDocument report = JsonDocument.Parse(string.Concat(await client.ReadLinesToEndAsync()));
        JsonElement received = report.RootElement.GetProperty("end").GetProperty("sum_received");
        Assert.False(report.RootElement.TryGetProperty("error", out _), client.Told);
        long measured = received.GetProperty("bytes").GetInt64();
        Assert.True(measured > Least, client.Told);
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"iperf3 {direction}: {received.GetProperty("bits_per_second").GetDouble() / 1e9:0.0} Gbit/s"));

        // Its control connection and the one that it measures.
        using JsonDocument stopped = JsonDocument.Parse((await program.StopAsync())[^1]);
        Assert.Equal(2, stopped.RootElement.GetProperty("socketPairs").GetInt64());
        long relayed = stopped.RootElement.GetProperty(direction.Length > 0 ? "bytesBToA" : "bytesAToB").GetInt64();
        Assert.True(relayed >= measured, $"{relayed} bytes relayed, {measured} received");
    }
}
