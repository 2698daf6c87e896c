using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Limits;

/// <summary>Limits where a load balancer tells the address of each client.</summary>
public sealed class LimitBehindProxyTests : IDisposable
{
    private readonly LimitedRelay _relay = new();

    private static ListenOptions Listen => LimitedRelay.Listen;

    public void Dispose() => _relay.Dispose();

    [Fact]
    public async Task B91_Behind_a_load_balancer_the_address_told_counts_and_not_the_balancers()
    {
        await using Connector connector = await _relay.ServeAsync(Listen with
        {
            AcceptProxyFrom = [IPNetwork.Parse("127.0.0.0/8")],
            MaxConnectionsPerAddress = 1,
            Rate = new ConnectionRate(2, TimeSpan.FromMinutes(1)),
        });
        (TestPeer first, _) = await _relay.PassAsync(connector, "127.0.0.1", Told("192.0.2.1"));
        await _relay.PassAsync(connector, "127.0.0.1", Told("192.0.2.2"));
        await _relay.RefuseAsync(connector, "127.0.0.1", "the limit of open peers from one address, 1, is reached", says: Told("192.0.2.1"));
        await LimitedRelay.LeaveAsync(connector, first);
        (TestPeer again, _) = await _relay.PassAsync(connector, "127.0.0.1", Told("192.0.2.1"));
        await LimitedRelay.LeaveAsync(connector, again);
        await _relay.RefuseAsync(connector, "127.0.0.1", "the rate of connections from one address, 2 in 60 s, is used up", CloseReason.RateLimited, Told("192.0.2.1"));

        // Where none is told it is the socket's.
        (TestPeer unknown, _) = await _relay.PassAsync(connector, "127.0.0.1", "PROXY UNKNOWN\r\n");
        await _relay.RefuseAsync(connector, "127.0.0.1", "the limit of open peers from one address, 1, is reached", says: "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0");
        await LimitedRelay.LeaveAsync(connector, unknown);
        await _relay.PassAsync(connector, "127.0.0.1", "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0");
        Assert.Equal(2, Inside.LimitsOf(connector, Side.A).OpenPerAddress!.Count);
    }

    [Fact]
    public async Task B91_Limits_of_all_count_a_load_balancers_connections_before_their_header()
    {
        await using Connector connector = await _relay.ServeAsync(Listen with { AcceptProxyFrom = [IPNetwork.Parse("127.0.0.0/8")], MaxConnections = 2, MaxAdmitting = 1 });
        TestPeer silent = await _relay.ConnectAsync(connector, "127.0.0.1");
        await Eventually.TrueAsync(() => Inside.LimitsOf(connector, Side.A).Admitting!.Count == 1);
        await _relay.RefuseAsync(connector, "127.0.0.1", "the limit of peers in admission, 1, is reached", says: Told("192.0.2.1"));
        await silent.WriteAsync(Told("192.0.2.1"));
        using TestPeer target = await _relay.Target.AcceptAsync();
        await _relay.PassAsync(connector, "127.0.0.1", Told("192.0.2.1"));
        await _relay.RefuseAsync(connector, "127.0.0.1", "the limit of open peers, 2, is reached", says: Told("192.0.2.1"));
    }

    private static string Told(string address) => $"PROXY TCP4 {address} 198.51.100.7 56324 443\r\n";
}
