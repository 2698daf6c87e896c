using System.Globalization;
using System.Net;
using System.Text.Json;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>What the routes answer, of a connector with real connections.</summary>
public sealed class ResourceTests
{
    [Fact]
    public async Task B133_The_program_says_that_it_runs_and_that_it_is_ready()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        Assert.Equal("ok\n", await host.Client.GetStringAsync("/healthz", TestContext.Current.CancellationToken));
        Assert.Equal("ready\n", await host.Client.GetStringAsync("/readyz", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task B133_Connectors_are_listed_with_where_they_listen_and_what_they_have_done()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket, new ConnectorOptions { Name = "db", GracePeriod = Timeout.InfiniteTimeSpan });
        using IDisposable shown = host.Server.Add(pair.Connector);
        await pair.A.WriteAsync("hello");
        await pair.B.ReadAsync(5);
        JsonElement list = await host.GetAsync("/v1/connectors");
        Assert.Equal(Environment.ProcessId, list.GetProperty("program").GetProperty("processId").GetInt32());
        JsonElement connector = Assert.Single(list.GetProperty("connectors").EnumerateArray());
        Assert.Equal(("1", "db", "open", 1), (connector.GetProperty("id").GetString(), connector.GetProperty("name").GetString(), connector.GetProperty("state").GetString(), connector.GetProperty("active").GetInt32()));
        Assert.Equal(pair.Connector.EndPointA!.ToString(), Assert.Single(connector.GetProperty("listensA").EnumerateArray()).GetString());
        Assert.Equal(5, connector.GetProperty("bytesAToB").GetInt64());
        Assert.Equal(connector.ToString(), (await host.GetAsync("/v1/connectors/1")).ToString());
        Assert.Equal("1", (await host.GetAsync("/v1/connectors/db")).GetProperty("id").GetString());
    }

    [Fact]
    public async Task B133_A_connector_that_is_shown_no_more_is_gone()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using var connector = new Connector();
        host.Server.Add(connector).Dispose();
        Assert.Empty((await host.GetAsync("/v1/connectors")).GetProperty("connectors").EnumerateArray());
        (HttpStatusCode status, JsonElement problem) = await host.SendAsync(HttpMethod.Get, "/v1/connectors/1");
        Assert.Equal((HttpStatusCode.NotFound, "Not Found"), (status, problem.GetProperty("title").GetString()));
    }

    [Fact]
    public async Task B133_Connections_are_listed_page_by_page_filtered_and_sorted()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using Crowd crowd = await Crowd.StartAsync(300);
        using IDisposable shown = host.Server.Add(crowd.Connector);
        List<long> ids = [];
        for (int offset = 0; offset < 300; offset += 70)
        {
            JsonElement page = await host.GetAsync($"/v1/connections?sort=id&order=desc&offset={offset}&limit=70");
            Assert.Equal((300, 300, offset), (page.GetProperty("total").GetInt32(), page.GetProperty("matched").GetInt32(), page.GetProperty("offset").GetInt32()));
            ids.AddRange(page.GetProperty("connections").EnumerateArray().Select(static one => one.GetProperty("id").GetInt64()));
        }

        Assert.Equal(crowd.Connector.GetConnections().Select(static one => one.Id).OrderDescending(), ids);
        string remote = ((IPEndPoint)crowd.Peers[17].LocalEndPoint).ToString();
        JsonElement found = await host.GetAsync($"/v1/connections?filter={remote}");
        JsonElement only = Assert.Single(found.GetProperty("connections").EnumerateArray());
        Assert.Equal(remote, only.GetProperty("a").GetProperty("remote").GetString());
        Assert.Equal(only.ToString(), Assert.Single((await host.GetAsync($"/v1/connections?filter=%23{only.GetProperty("id")}")).GetProperty("connections").EnumerateArray()).ToString(), static (one, other) => one![..40] == other![..40]);
    }

    [Fact]
    public async Task B133_The_connection_that_moved_the_most_comes_first_where_that_is_asked_for()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using Crowd crowd = await Crowd.StartAsync(5);
        using IDisposable shown = host.Server.Add(crowd.Connector);
        await crowd.Peers[3].WriteAsync(new byte[1000]);
        await Eventually.TrueAsync(() => crowd.Connector.GetConnections().Any(static one => one.BytesAToB == 1000));
        JsonElement page = await host.GetAsync("/v1/connections?sort=bytes&order=desc&limit=1");
        Assert.Equal(1000, Assert.Single(page.GetProperty("connections").EnumerateArray()).GetProperty("bytesAToB").GetInt64());
    }

    [Fact]
    public async Task B133_A_connection_is_shown_with_what_the_system_knows_of_its_sockets()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TCP_INFO is Linux's");
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket);
        using IDisposable shown = host.Server.Add(pair.Connector);
        JsonElement connection = await host.GetAsync($"/v1/connections/{pair.Connection.Id}");
        JsonElement a = connection.GetProperty("a");
        Assert.Equal(pair.A.LocalEndPoint.ToString(), a.GetProperty("socketRemote").GetString());
        Assert.Equal("established", a.GetProperty("tcp").GetProperty("state").GetString());
        Assert.True(connection.GetProperty("b").GetProperty("dialled").GetBoolean());
    }

    [Fact]
    public async Task B133_A_peer_that_waits_for_its_partner_is_told_with_its_side()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer);
        using IDisposable shown = host.Server.Add(pair.Connector);
        using TestPeer waiting = await TestPeer.ConnectAsync(pair.Connector.EndPointB!);
        await Eventually.TrueAsync(() => pair.Connector.GetPending(Side.B).Count == 1);
        JsonElement list = await host.GetAsync("/v1/pending?connector=1");
        JsonElement peer = Assert.Single(list.GetProperty("peers").EnumerateArray());
        Assert.Equal(("B", waiting.LocalEndPoint.ToString(), 1), (peer.GetProperty("side").GetString(), peer.GetProperty("remote").GetString(), list.GetProperty("total").GetInt32()));
    }

    [Fact]
    public async Task B133_A_peer_that_is_being_admitted_is_told_with_its_stage()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        var verified = new TaskCompletionSource();
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = async (_, _) => { await verified.Task; return AuthResult.Accept(); } },
            new ListenOptions(IPAddress.Loopback, 0),
            cancellationToken: TestContext.Current.CancellationToken);
        using IDisposable shown = host.Server.Add(connector);
        using TestPeer peer = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetAdmitting().Count == 1);
        JsonElement told = Assert.Single((await host.GetAsync("/v1/admitting")).GetProperty("peers").EnumerateArray());
        Assert.Equal(connector.GetAdmitting().Single().Stage, told.GetProperty("stage").GetString());
        verified.SetResult();
    }

    [Fact]
    public async Task B133_Statistics_are_those_of_the_library()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket);
        using IDisposable shown = host.Server.Add(pair.Connector);
        JsonElement told = Assert.Single((await host.GetAsync("/v1/stats")).GetProperty("connectors").EnumerateArray());
        using var stats = JsonDocument.Parse(pair.Connector.GetStats().ToJson());
        Assert.Equal(["id", .. stats.RootElement.EnumerateObject().Select(static one => one.Name)], told.EnumerateObject().Select(static one => one.Name));
    }

    [Theory]
    [InlineData("/v1/connections?limit=0", "limit")]
    [InlineData("/v1/connections?limit=1001", "limit")]
    [InlineData("/v1/connections?sort=size", "sort")]
    [InlineData("/v1/connections?order=up", "order")]
    [InlineData("/v1/connections?offset=-1", "offset")]
    [InlineData("/v1/connections?lmit=1", "lmit")]
    [InlineData("/v1/connections?limit=1&limit=2", "limit")]
    [InlineData("/v1/capture?address=nowhere", "address")]
    [InlineData("/v1/capture?port=0", "port")]
    [InlineData("/v1/capture?snaplen=10", "snaplen")]
    public async Task B133_A_wrong_parameter_is_named(string path, string name)
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        (HttpStatusCode status, JsonElement problem) = await host.SendAsync(HttpMethod.Get, path);
        Assert.Equal((HttpStatusCode.BadRequest, 400), (status, problem.GetProperty("status").GetInt32()));
        Assert.StartsWith($"{name}: ", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/connections/0", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/connections/x", HttpStatusCode.NotFound)]
    [InlineData("GET", "/v1/events?connector=7", HttpStatusCode.NotFound)]
    [InlineData("POST", "/v1/connections", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/v1/connections/1", HttpStatusCode.MethodNotAllowed)]
    [InlineData("HEAD", "/v1/events", HttpStatusCode.MethodNotAllowed)]
    [InlineData("HEAD", "/v1/connections", HttpStatusCode.OK)]
    public async Task B133_What_is_not_there_is_answered_as_such(string method, string path, HttpStatusCode expected)
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        Assert.Equal(expected, (await host.SendAsync(new HttpMethod(method), path)).Status);
    }

    [Fact]
    public async Task B133_An_id_is_a_number_and_nothing_else()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket);
        using IDisposable shown = host.Server.Add(pair.Connector);
        string id = pair.Connection.Id.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Get, $"/v1/connections/{id}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync(HttpMethod.Get, $"/v1/connections/+{id}")).Status);
    }
}
