using System.Net.Sockets;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>Clients that take much, or say or read nothing.</summary>
public sealed class SlowClientTests
{
    [Theory]
    [InlineData("")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: ")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nt")]
    public async Task B133_A_client_that_says_no_more_is_cut_off(string said)
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        using TestPeer peer = await TestPeer.ConnectAsync(host.EndPoint);
        await peer.ReadToWhateverEndAsync(said);
    }

    [Fact]
    public async Task B133_A_head_that_comes_byte_by_byte_is_cut_off()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        using TestPeer peer = await TestPeer.ConnectAsync(host.EndPoint);
        Task<(byte[] Bytes, SocketError? Error)> ended = peer.ReadToWhateverEndAsync("GET /healthz HTTP/1.1\r\nX: ");
        while (!ended.IsCompleted)
        {
            await Task.WhenAny(ended, Task.Delay(100, TestContext.Current.CancellationToken));
            try
            {
                await peer.WriteAsync("x");
            }
            catch (SocketException)
            {
                break;
            }
        }

        Assert.StartsWith("HTTP/1.1 408", Encoding.ASCII.GetString((await ended).Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B133_Connections_that_are_held_by_clients_that_say_nothing_are_free_again_soon()
    {
        await using AdminHost host = await AdminHost.OnTcpAsync();
        List<TestPeer> silent = [];
        try
        {
            for (int i = 0; i < Http.WebServer.MaxConnections; i++)
            {
                silent.Add(await TestPeer.ConnectAsync(host.EndPoint));
            }

            using TestPeer refused = await TestPeer.ConnectAsync(host.EndPoint);
            Assert.Empty((await refused.ReadToWhateverEndAsync()).Bytes);
            await Task.WhenAll(silent.Select(static peer => peer.ReadToWhateverEndAsync()));
            await host.GetAsync("/v1/connectors");
        }
        finally
        {
            silent.ForEach(static peer => peer.Dispose());
        }
    }

    [Theory]
    [InlineData("GET /healthz?{0} HTTP/1.1\r\nHost: localhost\r\n\r\n", "414")]
    [InlineData("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: {0}{0}{0}\r\n\r\n", "431")]
    [InlineData("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6000\r\n\r\ntoken={0}", "413")]
    [InlineData("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n1770\r\n{0}", "413")]
    public async Task B133_A_request_that_is_too_large_is_refused(string request, string status)
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        using TestPeer peer = await TestPeer.ConnectAsync(host.EndPoint);
        await peer.WriteAsync(string.Format(null, request, new string('x', 6000)));
        Assert.Equal($"HTTP/1.1 {status}", await peer.ReadTextAsync(12));
    }

    [Fact]
    public async Task B133_A_reader_of_events_that_takes_nothing_for_a_minute_is_cut_off()
    {
        var clock = new ManualClock();
        await using AdminHost host = await AdminHost.OnUnixAsync(options => options with { TimeProvider = clock });
        await using var connector = new Connector();
        for (int i = 0; i < 50; i++)
        {
            _ = host.Server.Add(connector);
        }

        using TestPeer reader = await AskAsync(host, "/v1/events");
        await Eventually.TrueAsync(() => clock.ActiveTimers > 0);

        // First the totals of each second fill what is between the two, then the minute passes.
        int seconds = 0;
        while (seconds < 300 && await IsFollowedAsync(clock))
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            seconds++;
        }

        await reader.ReadToWhateverEndAsync();
        Assert.InRange(seconds, 60, 299);
    }

    [Fact]
    public async Task B133_A_capture_that_is_not_read_costs_packets_and_holds_up_nothing()
    {
        const int Chunk = 1 << 20, Chunks = 32;
        await using AdminHost host = await AdminHost.OnUnixAsync();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket);
        using IDisposable shown = host.Server.Add(pair.Connector);
        using TestPeer reader = await AskAsync(host, "/v1/capture");
        Assert.Equal("HTTP/1.1 200", await reader.ReadTextAsync(12));
        byte[] bytes = new byte[Chunk];
        for (int i = 0; i < Chunks; i++)
        {
            Task written = pair.A.WriteAsync(bytes);
            await pair.B.ReadAsync(Chunk);
            await written.InTimeAsync();
        }

        pair.A.EndHalf();
        pair.B.EndHalf();
        await pair.Connector.StopAsync(TestContext.Current.CancellationToken);
        (byte[] kept, _) = await reader.ReadToWhateverEndAsync();
        Assert.InRange(kept.Length, 1, (long)Chunk * Chunks * 3 / 4);
    }

    /// <summary>Whether there is still a stream, which always waits: for the next second, or for its reader.</summary>
    private static async Task<bool> IsFollowedAsync(ManualClock clock)
    {
        try
        {
            await Eventually.TrueAsync(() => clock.ActiveTimers > 0, TimeSpan.FromSeconds(2));
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static async Task<TestPeer> AskAsync(AdminHost host, string path)
    {
        TestPeer peer = await TestPeer.ConnectAsync(host.EndPoint, static socket => socket.ReceiveBufferSize = 4096);
        await peer.WriteAsync($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        return peer;
    }
}
