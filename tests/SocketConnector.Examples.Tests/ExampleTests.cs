using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SocketConnector.TestKit;

namespace SocketConnector.Examples.Tests;

public sealed class ExampleTests
{
    [Fact]
    public async Task Rendezvous_joins_two_callers_and_shows_what_they_say()
    {
        await using ExampleProcess example = ExampleProcess.Start("Rendezvous", "0", "0");
        (TestPeer a, TestPeer b) = await DialBothAsync(example);
        using (a)
        using (b)
        {
            await a.WriteAsync("hello from A\n");
            Assert.Equal("hello from A\n", await b.ReadTextAsync(13));
            await b.WriteAsync("hello from B\n");
            Assert.Equal("hello from B\n", await a.ReadTextAsync(13));
            await example.WaitForErrorAsync("hello from A*");
            await example.WaitForErrorAsync("hello from B*");
        }
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("[::1]:80")]
    [InlineData("127.0.0.1")]
    public async Task Proxy_and_watching_take_a_target_as_people_write_it(string target)
    {
        foreach (string name in (string[])["Proxy", "Watching"])
        {
            await using ExampleProcess example = ExampleProcess.Start(name, "0", target);
            await example.ReadEndPointAsync("listening on");
        }
    }

    [Fact]
    public async Task Proxy_gives_each_client_its_own_connection_to_the_target()
    {
        using var target = new TestServer();
        await using ExampleProcess example = ExampleProcess.Start("Proxy", "0", $"127.0.0.1:{target.Port}");
        IPEndPoint endPoint = await example.ReadEndPointAsync("listening on");
        for (int i = 0; i < 3; i++)
        {
            using TestPeer client = await TestPeer.ConnectAsync(endPoint);
            using TestPeer upstream = await target.AcceptAsync();
            await client.WriteAsync($"request {i}");
            client.EndHalf();
            Assert.Equal($"request {i}", await upstream.ReadTextToEndAsync());
            await upstream.WriteAsync($"reply {i}");
            upstream.EndHalf();
            Assert.Equal($"reply {i}", await client.ReadTextToEndAsync());
        }
    }

    [Fact]
    public async Task Kestrel_sees_the_client_that_the_balancer_names_and_nobody_without_a_header()
    {
        await using ExampleProcess example = ExampleProcess.Start("Kestrel", "0");
        IPEndPoint endPoint = await example.ReadEndPointAsync("listening on");
        const string Request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        using TestPeer balancer = await TestPeer.ConnectAsync(endPoint);
        await balancer.WriteAsync("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n" + Request);
        Assert.Contains("192.0.2.1:56324\n", await balancer.ReadTextToEndAsync(), StringComparison.Ordinal);

        using TestPeer stranger = await TestPeer.ConnectAsync(endPoint);
        await stranger.WriteAsync(Request);
        await Assert.ThrowsAsync<SocketException>(() => stranger.ReadTextToEndAsync());
    }

    [Theory]
    [InlineData("Proxy", "localhost")]
    [InlineData("Proxy", "[::1]:80")]
    [InlineData("Watching", "localhost")]
    [InlineData("Watching", "[::1]:80")]
    public async Task A_target_is_a_host_with_or_without_a_port(string name, string target)
    {
        await using ExampleProcess example = ExampleProcess.Start(name, "0", target);
        await example.ReadEndPointAsync("listening on");
    }

    [Theory]
    [InlineData("Proxy", "0", "::1")]
    [InlineData("Proxy", "http", "localhost")]
    [InlineData("Watching", "0", "localhost:http")]
    public async Task A_wrong_argument_gets_a_line_that_says_what_is_taken(string name, params string[] arguments)
    {
        await using ExampleProcess example = ExampleProcess.Start(name, arguments);

        Assert.Equal(2, await example.ExitCodeAsync());
        await example.WaitForErrorAsync($"such as: {name.ToLowerInvariant()} 8080 localhost:80");
    }

    [Fact]
    public async Task Verifier_admits_who_says_go_and_nobody_else()
    {
        await using ExampleProcess example = ExampleProcess.Start("Verifier", "0", "0");
        (IPEndPoint sideA, IPEndPoint sideB) = await example.ReadBothEndPointsAsync();
        using TestPeer a = await TestPeer.ConnectAsync(sideA);

        using (TestPeer stranger = await TestPeer.ConnectAsync(sideB))
        {
            await stranger.WriteAsync("please\n");
            (byte[] bytes, _) = await stranger.ReadToWhateverEndAsync();
            Assert.Empty(bytes);
        }

        using TestPeer b = await TestPeer.ConnectAsync(sideB);
        await b.WriteAsync("go\r\nhello");
        Assert.Equal("hello", await a.ReadTextAsync(5));
        await a.WriteAsync("welcome");
        Assert.Equal("welcome", await b.ReadTextAsync(7));
    }

    [Fact]
    public async Task Transformer_reverses_one_way_and_compresses_the_other()
    {
        await using ExampleProcess example = ExampleProcess.Start("Transformer", "0", "0");
        (TestPeer a, TestPeer b) = await DialBothAsync(example);
        using (a)
        using (b)
        {
            await a.WriteAsync("stressed");
            Assert.Equal("desserts", await b.ReadTextAsync(8));

            byte[] message = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("the same again, ", 4096)));
            await b.WriteAsync(message);
            b.EndHalf();
            (byte[] compressed, _) = await a.ReadToWhateverEndAsync();
            Assert.InRange(compressed.Length, 1, message.Length / 10);
            using var plain = new MemoryStream();
            using (var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress))
            {
                await gzip.CopyToAsync(plain, TestContext.Current.CancellationToken);
            }

            Assert.Equal(message, plain.ToArray());
        }
    }

    [Fact]
    public async Task Completion_ends_by_itself_after_the_grace_period_and_tells_what_was_done()
    {
        await using ExampleProcess example = ExampleProcess.Start("Completion", "0", "0", "1");
        await example.ReadBothEndPointsAsync();
        Assert.Equal(0, SocketPairs(await example.ReadLineAsync()));
        Assert.Equal(0, await example.ExitCodeAsync());
    }

    [Fact]
    public async Task Completion_lets_a_connection_finish_when_it_is_interrupted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "signals are sent with kill, which this system has not");
        await using ExampleProcess example = ExampleProcess.Start("Completion", "0", "0", "600");
        (TestPeer a, TestPeer b) = await DialBothAsync(example);
        using (a)
        using (b)
        {
            await a.WriteAsync("joined");
            Assert.Equal("joined", await b.ReadTextAsync(6));
            using Process kill = Process.Start("kill", ["-INT", example.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken).InTimeAsync();
            await a.WriteAsync("still here");
            a.EndHalf();
            Assert.Equal("still here", await b.ReadTextToEndAsync());
            b.EndHalf();
            Assert.Equal(1, SocketPairs(await example.ReadLineAsync()));
            Assert.Equal(0, await example.ExitCodeAsync());
        }
    }

    [Fact]
    public async Task Watching_tells_of_each_connection_and_how_it_ended()
    {
        using var target = new TestServer();
        await using ExampleProcess example = ExampleProcess.Start("Watching", "0", $"127.0.0.1:{target.Port}");
        IPEndPoint endPoint = await example.ReadEndPointAsync("listening on");
        using TestPeer client = await TestPeer.ConnectAsync(endPoint);
        using TestPeer upstream = await target.AcceptAsync();
        Assert.Equal($"1 joined: A {client.LocalEndPoint} with B 127.0.0.1:{target.Port}", await example.ReadLineAsync());
        await client.WriteAsync("12345");
        client.EndHalf();
        Assert.Equal("12345", await upstream.ReadTextToEndAsync());
        upstream.EndHalf();
        Assert.Equal("1 ended: Completed by A, 5 bytes to B, 0 bytes to A", await example.ReadLineAsync());
    }

    [Fact]
    public async Task B82_Pairing_joins_those_of_one_name_by_a_rule_of_its_own()
    {
        await using ExampleProcess example = ExampleProcess.Start("Pairing", "0", "0");
        (IPEndPoint sideA, IPEndPoint sideB) = await example.ReadBothEndPointsAsync();
        using TestPeer older = await TestPeer.ConnectAsync(sideA);
        await older.WriteAsync("blue");
        Assert.Equal("blue waits on side A", await example.ReadLineAsync());
        using TestPeer other = await TestPeer.ConnectAsync(sideA);
        await other.WriteAsync("pink");
        Assert.Equal("pink waits on side A", await example.ReadLineAsync());
        using TestPeer newer = await TestPeer.ConnectAsync(sideA);
        await newer.WriteAsync("blue and what follows");
        Assert.Equal("blue waits on side A", await example.ReadLineAsync());
        Assert.Equal(SocketError.ConnectionReset, (await older.ReadToWhateverEndAsync()).Error);
        using TestPeer b = await TestPeer.ConnectAsync(sideB);
        await b.WriteAsync("blue");
        Assert.StartsWith("blue joined: #", await example.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(" and what follows", await b.ReadTextAsync(17));
    }

    [Fact]
    public async Task Meeting_brings_each_client_to_the_service_through_a_relay()
    {
        using var target = new TestServer();
        await using ExampleProcess example = ExampleProcess.Start("Meeting", "0", $"127.0.0.1:{target.Port}");
        IPEndPoint endPoint = await example.ReadEndPointAsync("listening on");
        for (int i = 0; i < 3; i++)
        {
            using TestPeer client = await TestPeer.ConnectAsync(endPoint);
            using TestPeer service = await target.AcceptAsync();
            await client.WriteAsync($"request {i}");
            client.EndHalf();
            Assert.Equal($"request {i}", await service.ReadTextToEndAsync());
            await service.WriteAsync($"reply {i}");
            service.EndHalf();
            Assert.Equal($"reply {i}", await client.ReadTextToEndAsync());
        }
    }

    [Fact]
    public async Task AspNetCore_answers_requests_that_come_through_the_relay()
    {
        await using ExampleProcess example = ExampleProcess.Start("AspNetCore", "0");
        IPEndPoint endPoint = await example.ReadEndPointAsync("listening on");
        using var client = new HttpClient { BaseAddress = new Uri($"http://{endPoint}"), Timeout = Eventually.Deadline };
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("hello from behind NAT\n", await client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken));
        }
    }

    private static async Task<(TestPeer A, TestPeer B)> DialBothAsync(ExampleProcess example)
    {
        (IPEndPoint sideA, IPEndPoint sideB) = await example.ReadBothEndPointsAsync();
        return (await TestPeer.ConnectAsync(sideA), await TestPeer.ConnectAsync(sideB));
    }

    private static long SocketPairs(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.GetProperty("socketPairs").GetInt64();
    }
}
