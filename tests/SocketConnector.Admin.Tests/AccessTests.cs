using System.Net;
using System.Text.Json;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>Who may do what, and who is turned away.</summary>
public sealed class AccessTests
{
    [Fact]
    public async Task B133_Without_a_token_nothing_is_told_over_TCP_but_that_the_program_runs()
    {
        await using AdminHost host = await AdminHost.OnTcpAsync();
        using HttpClient nobody = host.NewClient(null);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Get, "/healthz", client: nobody)).Status);
        foreach (string path in host.Server.Routes.Routes.Where(static route => route.Needs != Access.Grade.None).Select(static route => route.Template))
        {
            HttpMethod method = path.EndsWith("/end", StringComparison.Ordinal) || path.EndsWith("/abort", StringComparison.Ordinal) || path.EndsWith("/drain", StringComparison.Ordinal) ? HttpMethod.Post : HttpMethod.Get;
            (HttpStatusCode status, JsonElement problem) = await host.SendAsync(method, path.Replace("{id}", "1", StringComparison.Ordinal).Replace("{connector}", "1", StringComparison.Ordinal), client: nobody);
            Assert.True(status == HttpStatusCode.Unauthorized, $"{path}: {status} {problem}");
        }
    }

    [Fact]
    public async Task B133_The_read_only_token_reads_and_neither_changes_nor_captures()
    {
        await using AdminHost host = await AdminHost.OnTcpAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket);
        using IDisposable shown = host.Server.Add(pair.Connector);
        using HttpClient reader = host.NewClient(AdminHost.ReadOnlyToken);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Get, "/v1/connections", client: reader)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.SendAsync(HttpMethod.Get, "/v1/capture", client: reader)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.SendAsync(HttpMethod.Post, $"/v1/connections/{pair.Connection.Id}/abort", client: reader)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.SendAsync(HttpMethod.Post, "/v1/connectors/1/drain", client: reader)).Status);
        Assert.False(pair.Connection.Completion.IsCompleted);
        Assert.False(pair.Connector.IsClosed);
    }

    [Theory]
    [InlineData("Host", "example.org")]
    [InlineData("Host", "localhost:1")]
    [InlineData("Origin", "http://example.org")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "https://localhost")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task B133_What_a_page_of_another_site_may_have_asked_for_is_refused(string header, string value)
    {
        await using AdminHost unix = await AdminHost.OnUnixAsync();
        await using AdminHost tcp = await AdminHost.OnTcpAsync();
        foreach (AdminHost host in new[] { unix, tcp })
        {
            foreach (string path in new[] { "/healthz", "/v1/connectors" })
            {
                (HttpStatusCode status, JsonElement problem) = await host.SendAsync(HttpMethod.Get, path, request => request.Headers.TryAddWithoutValidation(header, value));
                Assert.True(status == HttpStatusCode.Forbidden, $"{path}: {status} {problem}");
            }
        }
    }

    [Fact]
    public async Task B133_The_page_of_the_server_itself_is_let_in_by_each_name_of_the_loopback()
    {
        await using AdminHost host = await AdminHost.OnTcpAsync();
        int port = ((IPEndPoint)host.EndPoint).Port;
        foreach (string name in new[] { "127.0.0.1", "localhost", "[::1]" })
        {
            (HttpStatusCode status, _) = await host.SendAsync(HttpMethod.Get, "/v1/connectors", request =>
            {
                request.Headers.Host = $"{name}:{port}";
                request.Headers.TryAddWithoutValidation("Origin", $"http://{name}:{port}");
                request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
            });
            Assert.Equal(HttpStatusCode.OK, status);
        }
    }

    [Fact]
    public async Task B133_A_browser_logs_in_for_a_session_and_out_again()
    {
        await using AdminHost host = await AdminHost.OnTcpAsync();
        using HttpClient browser = host.NewClient(null);
        string cookie = await LogInAsync(browser, AdminHost.Token);
        Assert.DoesNotContain(AdminHost.Token, cookie, StringComparison.Ordinal);
        Assert.Contains("HttpOnly; SameSite=Strict", cookie, StringComparison.Ordinal);
        string session = cookie.Split(';')[0];
        Assert.Equal(HttpStatusCode.OK, await AskAsync(HttpMethod.Get, "/v1/connectors"));
        Assert.Equal(HttpStatusCode.NoContent, await AskAsync(HttpMethod.Post, "/logout"));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(HttpMethod.Get, "/v1/connectors"));

        session = (await LogInAsync(browser, AdminHost.ReadOnlyToken)).Split(';')[0];
        Assert.Equal(HttpStatusCode.OK, await AskAsync(HttpMethod.Get, "/v1/connectors"));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(HttpMethod.Post, "/v1/connectors/1/drain"));

        async Task<HttpStatusCode> AskAsync(HttpMethod method, string path) =>
            (await host.SendAsync(method, path, request => request.Headers.Add("Cookie", session), browser)).Status;
    }

    [Fact]
    public void B133_A_session_ends_after_twelve_hours()
    {
        var clock = new ManualClock();
        var sessions = new Access.LoginSessions(clock);
        string id = sessions.Begin(Access.Grade.ReadOnly);
        clock.Advance(Access.LoginSessions.Lifetime);
        Assert.Equal(Access.Grade.ReadOnly, sessions.Of(id));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Access.Grade.None, sessions.Of(id));
    }

    [Fact]
    public void B133_Beyond_64_sessions_the_one_that_was_not_used_the_longest_ends()
    {
        var sessions = new Access.LoginSessions(TimeProvider.System);
        string first = sessions.Begin(Access.Grade.Full), second = sessions.Begin(Access.Grade.Full);
        for (int i = 2; i < Access.LoginSessions.MaxSessions; i++)
        {
            sessions.Begin(Access.Grade.Full);
        }

        Assert.Equal(Access.Grade.Full, sessions.Of(first));
        sessions.Begin(Access.Grade.Full);
        Assert.Equal((Access.Grade.Full, Access.Grade.None), (sessions.Of(first), sessions.Of(second)));
    }

    [Theory]
    [InlineData("full", Access.Grade.Full)]
    [InlineData("read", Access.Grade.ReadOnly)]
    [InlineData("ful", Access.Grade.None)]
    [InlineData("full ", Access.Grade.None)]
    [InlineData("FULL", Access.Grade.None)]
    [InlineData("", Access.Grade.None)]
    internal void B133_A_token_lets_what_it_is_for(string token, Access.Grade expected)
    {
        Assert.Equal(expected, new Access.TokenCheck("full", "read").Of(token));
        Assert.Equal(expected == Access.Grade.ReadOnly ? Access.Grade.None : expected, new Access.TokenCheck("full", null).Of(token));
    }

    [Fact]
    public async Task B133_Every_answer_forbids_the_browser_what_it_need_not_do()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        foreach (string path in new[] { "/v1/connectors", "/v1/nothing", "/healthz" })
        {
            using HttpResponseMessage response = await host.Client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.StartsWith("default-src 'none'; script-src 'self';", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
            Assert.Equal("same-origin", response.Headers.GetValues("Cross-Origin-Resource-Policy").Single());
            Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
            Assert.False(response.Headers.Contains("Server"));
        }
    }

    [Fact]
    public async Task B133_No_other_origin_is_given_leave_by_an_answer()
    {
        await using AdminHost host = await AdminHost.OnTcpAsync();
        foreach (string path in new[] { "/healthz", "/v1/connectors", "/v1/connectors/1/drain" })
        {
            using var preflight = new HttpRequestMessage(HttpMethod.Options, path) { Headers = { { "Origin", "http://example.org" }, { "Access-Control-Request-Method", "POST" } } };
            using HttpResponseMessage answer = await host.Client.SendAsync(preflight, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.DoesNotContain(answer.Headers, static header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Theory]
    [InlineData("GET /healthz HTTP/1.0\r\n\r\n", "403")]
    [InlineData("GET /healthz HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: \r\n\r\n", "403")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: example.org\r\n\r\n", "400")]
    [InlineData("GET http://example.org/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "400")]
    public async Task B133_A_request_that_names_no_host_or_two_is_refused(string request, string status)
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        using TestPeer peer = await TestPeer.ConnectAsync(host.EndPoint);
        await peer.WriteAsync(request);
        Assert.Equal($"HTTP/1.1 {status}", await peer.ReadTextAsync(12));
    }

    [Fact]
    public async Task B133_A_token_in_an_address_lets_nobody_in()
    {
        await using AdminHost host = await AdminHost.OnTcpAsync();
        using HttpClient nobody = host.NewClient(null);
        foreach (string query in new[] { "token", "access_token", "authorization" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync(HttpMethod.Get, $"/v1/connectors?{query}={AdminHost.Token}", client: nobody)).Status);
        }

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await host.SendAsync(HttpMethod.Get, $"/login?token={AdminHost.Token}", client: nobody)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.SendAsync(HttpMethod.Post, $"/login?token={AdminHost.Token}", static request => request.Content = new FormUrlEncodedContent([]), nobody)).Status);
    }

    private static async Task<string> LogInAsync(HttpClient browser, string token)
    {
        using HttpResponseMessage response = await browser.PostAsync("/login", new FormUrlEncodedContent([new("token", token)]), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        return response.Headers.GetValues("Set-Cookie").Single();
    }
}
