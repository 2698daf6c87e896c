using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>PROXY headers from HAProxy and to it, in both versions.</summary>
[Collection(RealPrograms.Name)]
public sealed class HaproxyTests
{
    [Theory]
    [InlineData("send-proxy")]
    [InlineData("send-proxy-v2 proxy-v2-options crc32c,unique-id")]
    public async Task B95_The_client_that_HAProxy_tells_of_is_the_peer(string sending)
    {
        string haproxy = Tool.Find("haproxy");
        using var target = new TestServer();
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0,accept-proxy=127.0.0.0/8", target.EndPoint.ToString());
        int relay = await program.ListeningAsync(Side.A);
        int front = TestServer.RefusingPort();
        await using ChildProcess balancer = await StartAsync(haproxy, front, bind: "", $"127.0.0.1:{relay} {sending}");
        using TestPeer client = await DialAsync(front);
        using TestPeer upstream = await target.AcceptAsync();

        await client.WriteAsync("hello");
        Assert.Equal("hello", await upstream.ReadTextAsync(5));
        Assert.Contains($"joined {client.LocalEndPoint} and {target.EndPoint}", await program.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task B95_HAProxy_is_told_of_the_client_and_tells_on(string version)
    {
        string haproxy = Tool.Find("haproxy");
        using var target = new TestServer();
        int front = TestServer.RefusingPort();
        await using ChildProcess balancer = await StartAsync(haproxy, front, bind: "accept-proxy", $"{target.EndPoint} send-proxy");
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", $"127.0.0.1:{front},send-proxy={version}");
        int relay = await program.ListeningAsync(Side.A);
        using TestPeer client = await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, relay));
        using TestPeer upstream = await target.AcceptAsync();

        await client.WriteAsync("hello");
        int port = ((IPEndPoint)client.LocalEndPoint).Port;
        string expected = string.Create(CultureInfo.InvariantCulture, $"PROXY TCP4 127.0.0.1 127.0.0.1 {port} {relay}\r\nhello");
        Assert.Equal(expected, await upstream.ReadTextAsync(expected.Length));
    }

    private static async Task<ChildProcess> StartAsync(string haproxy, int front, string bind, string server)
    {
        string file = Path.GetTempFileName();
        string listen = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{front}");
        await File.WriteAllTextAsync(
            file,
            $"""
            global
              log stdout format raw local0 notice
            defaults
              mode tcp
              timeout connect 10s
              timeout client 60s
              timeout server 60s
            frontend front
              bind {listen} {bind}
              unique-id-format %rt
              default_backend back
            backend back
              server only {server}

            """,
            TestContext.Current.CancellationToken);
        ChildProcess started = ChildProcess.Start(haproxy, ["-db", "-f", file]);
        await Eventually.TrueAsync(
            () => IsListening(front) || (started.HasExited ? throw new InvalidOperationException(started.Told) : false),
            explain: () => started.Told);
        File.Delete(file);
        return started;
    }

    /// <summary>Looks without connecting: what connects would be relayed, and told.</summary>
    private static bool IsListening(int port) => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(endPoint => endPoint.Port == port);

    private static Task<TestPeer> DialAsync(int port) => TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
}
