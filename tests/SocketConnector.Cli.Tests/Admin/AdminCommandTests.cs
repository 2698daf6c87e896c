using SocketConnector.Cli.Tests.Processes;

namespace SocketConnector.Cli.Tests.Admin;

/// <summary>What the commands ask of a channel, and what they make of its answers.</summary>
public sealed class AdminCommandTests
{
    private const string Hostile = @"\u001b[2Jeve\n\u202eadmin";

    [Fact]
    public async Task B133_A_list_is_a_table()
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.Answer("GET /v1/connectors", Answers.Connectors()).Answer("GET /v1/connections", Answers.Page(2, Answers.Connection(12, "alice"), Answers.Connection(7)));
        await using ChildProcess list = Run(admin, "list", "alice", "10.0.0.1", "--sort", "bytes", "--limit", "20");
        await list.ExpectExitAsync(0);

        Assert.Equal(
            [
                "ID  A                       B                 AGE  A TO B  B TO A",
                "12  127.0.0.1:5000 (alice)  127.0.0.1:5432  3m12s  1.5MiB     12B",
                " 7  127.0.0.1:5000          127.0.0.1:5432  3m12s  1.5MiB     12B",
            ],
            await list.ReadLinesToEndAsync());
        Assert.Equal("GET /v1/connections?filter=alice%2010.0.0.1&sort=bytes&order=desc&offset=0&limit=20", admin.Asked.First());
        Assert.Contains("\r\nHost: localhost\r\n", admin.Requests.First(), StringComparison.Ordinal);
        Assert.Empty(list.Errors);
    }

    [Fact]
    public async Task B133_A_list_as_JSON_passes_on_what_it_does_not_know()
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.Answer("GET /v1/connectors", Answers.Connectors("db")).Answer("GET /v1/connections", Answers.Page(2, Answers.Connection(12, Hostile), Answers.Connection(7)));
        await using ChildProcess list = Run(admin, "list", "--json");
        await list.ExpectExitAsync(0);

        IReadOnlyList<string> lines = await list.ReadLinesToEndAsync();
        Assert.Equal(2, lines.Count);
        Assert.StartsWith("""{"id":12,"connector":"db","a":{"id":5,"remote":"127.0.0.1:5000",""", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("""
            "later":"x"}
            """, lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, static line => line.Contains('\e', StringComparison.Ordinal));
    }

    [Fact]
    public async Task B133_All_pages_are_listed_and_each_connection_once()
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.Answer("GET /v1/connectors", Answers.Connectors())
            .Answer("GET /v1/connections?filter=&sort=id&order=asc&offset=0&limit=1000", Answers.Page(1500, Enumerable.Range(1, 1000).Select(static id => Answers.Connection(id))))
            .Answer("GET /v1/connections?filter=&sort=id&order=asc&offset=1000&limit=1000", Answers.Page(1500, Enumerable.Range(991, 500).Select(static id => Answers.Connection(id))));
        await using ChildProcess list = Run(admin, "list", "--json");
        await list.ExpectExitAsync(0);

        Assert.Equal(1490, (await list.ReadLinesToEndAsync()).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("list")]
    [InlineData("show 12")]
    [InlineData("watch")]
    public async Task B133_Nothing_that_a_peer_chose_breaks_a_line_or_drives_the_terminal(string command)
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        string connection = Answers.Connection(12, Hostile);
        admin.Answer("GET /v1/connectors", Answers.Connectors())
            .Answer("GET /v1/connections", Answers.Page(1, connection))
            .Answer("GET /v1/connections/12", connection)
            .Answer("GET /v1/events", $"event: joined\ndata: {connection}\n\n", type: "text/event-stream");
        await using ChildProcess program = Run(admin, command.Split(' '));
        await program.ExpectExitAsync(0);

        IReadOnlyList<string> lines = await program.ReadLinesToEndAsync();
        Assert.Single(lines, static line => line.Contains(@"\x1b[2Jeve\n\u202eadmin", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, static line => line.Contains('\e', StringComparison.Ordinal) || line.StartsWith("admin", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B133_Connections_are_ended_one_after_the_other_and_the_one_that_is_gone_is_told()
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.Answer("POST /v1/connections/12/end", """{"id":12}""", 202).Refuse("POST /v1/connections/99/end", 404, "GET /v1/connections lists those that are").Answer("POST /v1/connections/13/end", """{"id":13}""", 202);
        await using ChildProcess end = Run(admin, "end", "12", "99", "#13", "13");
        await end.ExpectExitAsync(1);

        Assert.Equal(["#12 ends in order", "#13 ends in order"], await end.ReadLinesToEndAsync());
        Assert.Equal(["socketconnector: there is no connection 99, or it has ended; see socketconnector list"], end.Errors);
        Assert.Equal(3, admin.Requests.Count);
    }

    [Theory]
    [InlineData("abort 12", "POST /v1/connections/12/abort", "#12 is reset")]
    [InlineData("abort 12 --json", "POST /v1/connections/12/abort", """{"id":12}""")]
    [InlineData("drain", "POST /v1/connectors/1/drain", "[db] stopping; 3 connections may finish")]
    [InlineData("drain --within 1m", "POST /v1/connectors/1/drain?within=60", "[db] stopping; 3 connections may finish within 60 s")]
    [InlineData("drain --within 0s --json", "POST /v1/connectors/1/drain?within=0", """{"connector":"db","active":3}""")]
    public async Task B133_What_changes_something_says_so(string command, string asked, string told)
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.Answer("GET /v1/connectors", Answers.Connectors("db")).Answer(asked, "{}", 202);
        await using ChildProcess program = Run(admin, command.Split(' '));
        await program.ExpectExitAsync(0);

        Assert.Equal([told], await program.ReadLinesToEndAsync());
        Assert.Equal(asked, admin.Asked.Last());
    }

    [Fact]
    public async Task B133_A_watch_tells_events_as_the_connector_does()
    {
        string events =
            $$"""
            event: snapshot
            data: {{Answers.Connectors("db")}}

            event: connections
            data: {"connections":[{{Answers.Connection(1)}}]}

            event: ready
            data: {}

            : still here

            event: joined
            data: {{Answers.Connection(12, "alice")}}

            event: closed
            data: {"id":12,"connector":"1","a":{"id":5,"remote":"127.0.0.1:5000","identity":"alice"},"b":{"id":6,"remote":"127.0.0.1:5432","identity":null},"time":"2026-11-24T12:08:57.5Z","reason":"peerReset","side":"B","detail":null,"durationMs":1500,"bytesAToB":7,"bytesBToA":1}

            event: refused
            data: {"connector":"1","a":{"id":8,"remote":"127.0.0.1:9"},"b":null,"reason":"accessDenied","side":"A","detail":null,"time":"2026-11-24T12:07:57Z"}

            event: pending
            data: {"id":9,"remote":"127.0.0.1:10","side":"B","connector":"1","since":"2026-11-24T12:07:58Z","durationMs":0}

            event: of a later version
            data: {}

            event: closed
            data: {"id":13,"connector":"1","reason":"reason37","side":null,"detail":null,"durationMs":1500,"bytesAToB":7,"bytesBToA":1}

            event: closed
            data: {"id":14,"connector":"1","reason":"ofALaterVersion","side":"A","detail":"more","durationMs":1500,"bytesAToB":7,"bytesBToA":1}

            event: lost
            data: {"count":3}

            event: stopped
            data: {"time":"2026-11-24T12:09:00Z"}


            """;
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.Answer("GET /v1/events", events, type: "text/event-stream");
        await using ChildProcess plain = Run(admin, "watch");
        await using ChildProcess json = Run(admin, "watch", "--json");
        await plain.ExpectExitAsync(0);
        await json.ExpectExitAsync(0);

        Assert.Equal(
            [
                "#12 joined 127.0.0.1:5000 (alice) and 127.0.0.1:5432",
                "#12 closed: reset by side B; 127.0.0.1:5000 (alice) and 127.0.0.1:5432, 7 bytes A to B, 1 byte B to A, 1500 ms",
                "A 127.0.0.1:9 closed before it was joined: access denied on side A",
                "B 127.0.0.1:10 waits for a partner",
                "#13 closed: reason 37, 7 bytes A to B, 1 byte B to A, 1500 ms",
                "#14 closed: reason 999 on side A, 7 bytes A to B, 1 byte B to A, 1500 ms: ofALaterVersion: more",
            ],
            await plain.ReadLinesToEndAsync());
        Assert.Equal(
            """{"connector":"db","event":"closed","id":12,"a":"127.0.0.1:5000","b":"127.0.0.1:5432","identityA":"alice","reason":"peerReset","side":"B","bytesAToB":7,"bytesBToA":1,"durationMs":1500}""",
            (await json.ReadLinesToEndAsync())[1]);
        Assert.StartsWith("""{"time":"2026-11-24T12:08:57.500Z",""", json.Raw.Output.ElementAt(1), StringComparison.Ordinal);
        Assert.Equal(["socketconnector: events left out because they came too fast: 3", "socketconnector: the connector has ended"], plain.Errors);
        Assert.All(admin.Asked, static asked => Assert.Equal("GET /v1/events?connections=none", asked));
    }

    [Fact]
    public async Task B133_A_watch_that_is_cut_off_says_so_and_fails()
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.AnswerInPart("GET /v1/events", $"event: joined\ndata: {Answers.Connection(12)}\n\n", type: "text/event-stream");
        await using ChildProcess watch = Run(admin, "watch");
        await watch.ExpectExitAsync(1);
        Assert.Equal(["#12 joined 127.0.0.1:5000 and 127.0.0.1:5432"], await watch.ReadLinesToEndAsync());
        Assert.Equal([$"socketconnector: {admin.Place} ended the answer early; the connector may have stopped"], watch.Errors);
    }

    [Fact]
    public async Task B133_A_token_is_sent_and_what_the_channel_says_is_the_error()
    {
        using var files = new SecretFiles();
        await using var admin = FakeAdmin.OnLoopback();
        admin.Refuse("GET /v1/connections", 401, "the token is wrong; write the one that the connector has.");
        await using ChildProcess list = TheProgram.Start("list", "--admin", $"{admin.Place},token={files.Add("token", "s3cret-token-of-the-test")}");
        await list.ExpectExitAsync(1);

        Assert.Equal(["socketconnector: the token is wrong; write the one that the connector has"], list.Errors);
        Assert.Contains("\r\nAuthorization: Bearer s3cret-token-of-the-test\r\n", Assert.Single(admin.Requests), StringComparison.Ordinal);
        Assert.Contains($"\r\nHost: {admin.Place}\r\n", admin.Requests.First(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "<html>", "does not speak as the admin channel of this version does")]
    [InlineData(502, "<html>", "answers 502 Told; is it the admin channel of a connector?")]
    public async Task B71_What_is_no_admin_channel_is_told_in_one_line(int status, string body, string expected)
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.Answer("GET /v1/connections", body, status, "text/html");
        await using ChildProcess list = Run(admin, "list");
        await list.ExpectExitAsync(1);
        Assert.Contains(expected, Assert.Single(list.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B71_Nobody_at_the_socket_is_told_in_one_line()
    {
        await using ChildProcess list = TheProgram.Start("list", "--admin", "unix:/tmp/no-such-socket");
        await list.ExpectExitAsync(1);
        Assert.Equal(["socketconnector: no connector listens at unix:/tmp/no-such-socket; start one with --admin unix:/tmp/no-such-socket, or correct the path or port"], list.Errors);
    }

    [Fact]
    public async Task B133_A_reader_that_has_had_enough_is_no_failure()
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.Answer("GET /v1/connectors", Answers.Connectors()).Answer("GET /v1/connections", Answers.Page(1000, Enumerable.Range(1, 1000).Select(static id => Answers.Connection(id))));
        await using ChildProcess list = TheProgram.StartInScript("(\"$@\"; echo code $? >&2) | head -1", "list", "--json", "--admin", admin.Place);
        await list.ExpectExitAsync(0);
        Assert.Equal(["code 0"], list.Errors);
    }

    [Theory]
    [InlineData("-", 0)]
    [InlineData("there.pcapng", 1)]
    public async Task B133_A_capture_goes_where_it_should_and_over_no_file(string file, int code)
    {
        // Its length stands behind four bytes.
        const string Block = "pkts\f\0\0\0tail";
        DirectoryInfo folder = Directory.CreateTempSubdirectory("capture-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "there.pcapng"), "mine", TestContext.Current.CancellationToken);
            await using var admin = FakeAdmin.OnUnixSocket();
            admin.Answer("GET /v1/capture", Block, type: "application/x-pcapng");
            string path = file == "-" ? file : Path.Combine(folder.FullName, file);
            await using ChildProcess capture = Run(admin, "capture", path, "--connection", "12", "--address", "10.0.0.0/8", "--port", "80", "--side", "b", "--snaplen", "128");
            await capture.ExpectExitAsync(code);

            Assert.Equal("GET /v1/capture?connection=12&address=10.0.0.0%2F8&port=80&side=B&snaplen=128", Assert.Single(admin.Asked));
            Assert.Equal(code == 0 ? [Block] : [], await capture.ReadLinesToEndAsync());
            Assert.Equal(code == 0 ? [] : [$"socketconnector: cannot capture to '{path}': it is there already; remove it or choose another name"], capture.Errors);
            Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(folder.FullName, "there.pcapng"), TestContext.Current.CancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ChildProcess Run(FakeAdmin admin, params IEnumerable<string> arguments) => TheProgram.Start([.. arguments, "--admin", admin.Place]);
}
