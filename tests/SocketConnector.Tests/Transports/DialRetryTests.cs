using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Transports;

public sealed class DialRetryTests
{
    private readonly ClockedDialer _dialer = new();

    [Fact]
    public async Task B99_Retries_are_counted_and_told()
    {
        var nobody = new IPEndPoint(IPAddress.Loopback, TestServer.RefusingPort());
        Task<Dialled> connecting = _dialer.Create().ConnectAsync(
            new DialTargets(new ConnectOptions(nobody) { Retry = new RetryOptions { Count = 3 } }), TestContext.Current.CancellationToken);
        await _dialer.PassAsync(connecting);
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => connecting);
        Assert.Equal((SocketError.ConnectionRefused, $"Cannot connect to {nobody}: 4 attempts on 1 address failed: connection refused"), (error.SocketErrorCode, error.Message));
    }

    [Fact]
    public async Task B99_Retries_stop_at_the_deadline_and_no_wait_goes_beyond_it()
    {
        var nobody = new IPEndPoint(IPAddress.Loopback, TestServer.RefusingPort());
        DateTimeOffset start = _dialer.Clock.GetUtcNow();
        Task<Dialled> connecting = _dialer.Create().ConnectAsync(
            new DialTargets(new ConnectOptions(nobody) { Retry = new RetryOptions { Count = 1_000, Delay = TimeSpan.FromSeconds(10) } }), TestContext.Current.CancellationToken);
        await _dialer.PassAsync(connecting);
        Assert.Equal(SocketError.ConnectionRefused, (await Assert.ThrowsAsync<SocketException>(() => connecting)).SocketErrorCode);
        Assert.True(_dialer.Clock.GetUtcNow() - start < ClockedDialer.Timeout, "it went on beyond the deadline");
        Assert.Equal(0, _dialer.Clock.ActiveTimers);
    }

    [Fact]
    public async Task B99_A_retry_finds_what_has_started_meanwhile()
    {
        int port = TestServer.RefusingPort();
        Task<Dialled> connecting = _dialer.Create().ConnectAsync(
            new DialTargets(new ConnectOptions(port) { Retry = new RetryOptions { Count = 1_000, Delay = TimeSpan.FromMilliseconds(1) } }), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => _dialer.Clock.ActiveTimers == 2);
        using var server = new TestServer(port: port);
        await _dialer.PassAsync(connecting);
        (await connecting).Stream.Close();
        (await server.AcceptAsync()).Dispose();
    }
}
