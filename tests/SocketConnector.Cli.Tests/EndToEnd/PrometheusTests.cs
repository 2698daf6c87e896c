using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Debian's Prometheus reads the admin channel, with the configuration that the page about metrics shows.</summary>
[Collection(RealPrograms.Name)]
public sealed class PrometheusTests : IDisposable
{
    private const string ReadToken = "the-token-that-reads";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prometheus-");
    private readonly SecretFiles _secrets = new();
    private readonly HttpClient _client = new() { Timeout = Eventually.Deadline };

    public void Dispose()
    {
        _client.Dispose();
        _secrets.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task B133_Prometheus_scrapes_with_the_token_that_only_reads()
    {
        string prometheus = Tool.Find("prometheus");
        await using var far = new EchoServer();
        await using ChildProcess program = StartProgram(far);
        using TestPeer client = await TalkAsync(program);
        string token = _secrets.Add("read", ReadToken)["file:".Length..];
        await using ChildProcess server = await StartPrometheusAsync(prometheus, Configuration(token, (await AdminAsync(program)).Authority));
        Assert.Equal("1", await ValueAsync(server, "up", "1"));
        Assert.Equal("1", await ValueAsync(server, """socketconnector_connections_active{socketconnector_connector_name="db"}""", "1"));
        Assert.Equal("5", await ValueAsync(server, """socketconnector_io_bytes_total{job="relay",socketconnector_direction="b_to_a"}""", "5"));

        client.EndHalf();
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal("0", await ValueAsync(server, "socketconnector_connections_active", "0"));
        Assert.Equal("1", await ValueAsync(server, "sum(socketconnector_connection_duration_seconds_count)", "1"));
    }

    [Fact]
    public async Task B133_Prometheus_is_refused_without_the_right_token()
    {
        string prometheus = Tool.Find("prometheus");
        await using var far = new EchoServer();
        await using ChildProcess program = StartProgram(far);
        await program.ListeningAsync(Side.A);
        string token = _secrets.Add("wrong", "another-token")["file:".Length..];
        await using ChildProcess server = await StartPrometheusAsync(prometheus, Configuration(token, (await AdminAsync(program)).Authority));
        Assert.Equal("0", await ValueAsync(server, "up", "0"));
        Assert.Contains("401", await _client.GetStringAsync("/api/v1/targets", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B133_The_checks_of_Prometheus_find_nothing_wrong_with_the_text()
    {
        string promtool = Tool.Find("promtool");
        await using var far = new EchoServer();
        await using ChildProcess program = StartProgram(far);
        using TestPeer client = await TalkAsync(program);
        client.EndHalf();
        Assert.Empty(await client.ReadToEndAsync());
        Uri admin = await AdminAsync(program);
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ReadToken);
        string text = "";
        for (int tries = 0; tries < 400 && !text.Contains("connection_duration_seconds_count", StringComparison.Ordinal); tries++)
        {
            text = await _client.GetStringAsync(new Uri(admin, "/metrics"), TestContext.Current.CancellationToken);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await using ChildProcess check = ChildProcess.Start(promtool, ["check", "metrics"]);
        await check.Input.WriteAsync(text);
        check.Input.Close();
        await check.ExpectExitAsync(0);
        Assert.True(check.Errors.Count == 0, $"{check.Told}\n{text}");
        Assert.Contains("connection_duration_seconds_count", text, StringComparison.Ordinal);
    }

    private ChildProcess StartProgram(EchoServer far) => TheProgram.Start(
        "server-to-socket", "127.0.0.1:0", far.EndPoint.ToString(), "--name", "db", "--admin", $"127.0.0.1:0,token={_secrets.Add("full", "the-token-for-everything")},read-token={_secrets.Add("reads", ReadToken)}");

    /// <summary>A client that has sent five bytes and has them back.</summary>
    private static async Task<TestPeer> TalkAsync(ChildProcess program)
    {
        TestPeer client = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));
        await client.WriteAsync("hello");
        Assert.Equal("hello", await client.ReadTextAsync(5));
        return client;
    }

    private static async Task<Uri> AdminAsync(ChildProcess program)
    {
        const string Told = "the admin channel is at ";
        await program.ErrorLineAsync(Told);
        return new Uri(program.Errors.First(static line => line.Contains(Told, StringComparison.Ordinal)).Split(Told)[1]);
    }

    /// <summary>What the page shows, with this token and this relay.</summary>
    private static string Configuration(string token, string relay)
    {
        string page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "metrics.md"));
        string shown = page.Split("```yaml\n")[1].Split("```")[0];
        Assert.Contains("/etc/prometheus/relay.token", shown, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:9464", shown, StringComparison.Ordinal);

        // A scrape may take as long, and a wrong token is answered after a second.
        return $"global:\n  scrape_interval: 3s\n{shown}".Replace("/etc/prometheus/relay.token", token, StringComparison.Ordinal).Replace("127.0.0.1:9464", relay, StringComparison.Ordinal);
    }

    private async Task<ChildProcess> StartPrometheusAsync(string prometheus, string configuration)
    {
        string file = Path.Combine(_folder.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(file, configuration, TestContext.Current.CancellationToken);
        _client.BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{TestServer.RefusingPort()}"));
        return ChildProcess.Start(
            prometheus, [$"--config.file={file}", $"--storage.tsdb.path={_folder.FullName}/data", $"--web.listen-address={_client.BaseAddress.Authority}", "--log.level=warn"]);
    }

    /// <summary>Asks until it is as expected.</summary>
    /// <returns>The value that a query had at last; of nothing, what Prometheus says of its targets.</returns>
    private async Task<string> ValueAsync(ChildProcess server, string query, string expected)
    {
        string value = "it does not answer";
        long start = TimeProvider.System.GetTimestamp();
        while (value != expected && TimeProvider.System.GetElapsedTime(start) < Eventually.Deadline)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            Assert.False(server.HasExited, server.Told);
            try
            {
                using JsonDocument answer = JsonDocument.Parse(await _client.GetStringAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}", TestContext.Current.CancellationToken));
                JsonElement result = answer.RootElement.GetProperty("data").GetProperty("result");
                value = result.GetArrayLength() > 0
                    ? result[0].GetProperty("value")[1].GetString()!
                    : await _client.GetStringAsync("/api/v1/targets", TestContext.Current.CancellationToken);
            }
            catch (HttpRequestException error)
            {
                value = error.Message; // It is not ready yet.
            }
        }

        return value;
    }
}
