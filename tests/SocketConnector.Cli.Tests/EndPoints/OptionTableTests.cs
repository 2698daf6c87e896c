using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.EndPoints;

namespace SocketConnector.Cli.Tests.EndPoints;

public sealed class OptionTableTests
{
    [Theory]
    [InlineData("9000,", "an option is missing after the last comma")]
    [InlineData("9000,,backlog=5", "an option is missing between two commas")]
    [InlineData("9000,BACKLOG=5", "did you mean backlog?")]
    [InlineData("9000,baklog=5", "did you mean backlog?")]
    [InlineData("9000,limit=5", "'limit' is not an option of an end point")]
    [InlineData("9000,backlog", "backlog must be a number from 1 to 65535; write backlog=512")]
    [InlineData("9000,backlog=", "backlog must be a number")]
    [InlineData("9000,backlog=0", "backlog must be a number")]
    [InlineData("9000,backlog=65536", "backlog must be a number")]
    [InlineData("9000,accept-limit=0", "accept-limit must be a number from 1 to 2147483647; write accept-limit=1")]
    [InlineData("9000,accept-limit=1=2", "accept-limit must be a number")]
    [InlineData("9000,backlog=1,backlog=2", "backlog is given twice")]
    public void B71_A_bad_setting_is_refused(string text, string expected) =>
        Assert.Contains(expected, EndPointParser.Listen(text).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("9000,backlog=5", "backlog is for a side that listens, and this one connects out")]
    [InlineData("9000,accept-limit=1", "accept-limit is for a side that listens, and this one connects out")]
    [InlineData("9000,8000", "'8000' is an address of its own; to connect there too, write also=8000")]
    [InlineData("9000,also", "also=: the address is missing")]
    [InlineData("9000,also=0", "also=0: '0' is not a port; a port here is a number from 1 to 65535")]
    [InlineData("9000,also=127.0.0.1:9000", "127.0.0.1:9000 is there twice; leave one of them out")]
    [InlineData("9000,order", "order must be turn or first; write order=first")]
    [InlineData("9000,order=random", "order must be turn or first")]
    [InlineData("9000,retry", "retry must be a number from 1 to 1000, and may have the first wait behind it; write retry=3 or retry=3/200ms")]
    [InlineData("9000,retry=0", "retry must be a number from 1 to 1000")]
    [InlineData("9000,retry=1001", "retry must be a number from 1 to 1000")]
    [InlineData("9000,retry=3/", "retry: '' is not a duration")]
    [InlineData("9000,retry=3/0", "retry: '0' is too short; the shortest is 1ms")]
    [InlineData("9000,retry=3/5", "retry: '5' has no unit; write 5s or 5ms")]
    [InlineData("9000,retry=3/none", "retry: 'none' is not a duration; write 250ms, 30s, 5m or 1h")]
    [InlineData("9000,retry=3/61s", "retry: the first wait must be from 1ms to 60s; write retry=3/200ms")]
    [InlineData("9000,retry=3,200ms", "'200ms' is not an option of an end point to connect to")]
    [InlineData("9000,bind", "bind must be an IP address of this machine, without a port; write bind=192.0.2.7 or bind=fd00::7")]
    [InlineData("9000,bind=localhost", "bind must be an IP address of this machine")]
    [InlineData("9000,bind=127.0.0.1:80", "bind must be an IP address of this machine")]
    [InlineData("9000,bind=127.1", "bind must be an IP address of this machine")]
    [InlineData("9000,bind=224.0.0.1", "bind: Bind must be an address of this machine, and 224.0.0.1 is one of many")]
    [InlineData("unix:/run/app.sock,bind=127.0.0.1", "bind is for TCP, and this is a Unix socket; remove it")]
    [InlineData("unix:/run/app.sock,mode=660", "mode is for a side that listens, and this one connects out")]
    [InlineData("9000,accept-proxy=10.0.0.0/8", "accept-proxy is for a side that listens, and this one connects out")]
    [InlineData("9000,x=1", "'x' is not an option of an end point to connect to; see socketconnector help connecting")]
    [InlineData("9000,send-prox=v1", "did you mean send-proxy?")]
    [InlineData("9000,send-proxy", "send-proxy must be v1 or v2; write send-proxy=v2")]
    [InlineData("9000,send-proxy=3", "send-proxy must be v1 or v2; write send-proxy=v2")]
    [InlineData("9000,send-proxy=v1,send-proxy=v2", "send-proxy is given twice")]
    public void B71_A_side_that_connects_out_refuses_the_settings_of_one_that_listens(string text, string expected) =>
        Assert.Contains(expected, EndPointParser.Connect(text).Error, StringComparison.Ordinal);

    [Fact]
    public void A_side_that_connects_out_has_several_targets_an_order_retries_and_a_source()
    {
        ConnectOptions plain = EndPointParser.Connect("9000").Value!;
        Assert.Equal((1, TargetOrder.RoundRobin, null, null), (plain.EndPoints.Count, plain.Order, plain.Retry, plain.Bind));

        ConnectOptions all = EndPointParser.Connect("db1.internal:5432,order=first,also=[::1]:5432,retry=3/200ms,also=unix:\"/run/a,b.sock\",bind=[fd00::7]").Value!;
        Assert.Equal([new DnsEndPoint("db1.internal", 5432), new IPEndPoint(IPAddress.IPv6Loopback, 5432), new UnixDomainSocketEndPoint("/run/a,b.sock")], all.EndPoints);
        Assert.Equal((TargetOrder.Failover, IPAddress.Parse("fd00::7")), (all.Order, all.Bind));
        Assert.Equal(new RetryOptions { Count = 3, Delay = TimeSpan.FromMilliseconds(200) }, all.Retry);
        Assert.Equal(new RetryOptions { Count = 1_000 }, EndPointParser.Connect("9000,retry=1000").Value!.Retry);

        // Each is an address of its own, whatever would be listened on by them.
        Assert.Equal(2, EndPointParser.Connect("0.0.0.0:9000,also=127.0.0.1:9000").Value!.EndPoints.Count);
    }

    [Fact]
    public void Headers_of_the_PROXY_protocol_are_taken_from_networks_and_sent_in_a_version()
    {
        Assert.Equal(
            [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("192.0.2.1/32"), IPNetwork.Parse("fd00::/8")],
            EndPointParser.Listen("9000,accept-proxy=10.0.0.0/8+192.0.2.1+fd00::/8").Value!.AcceptProxyFrom!);
        Assert.Empty(EndPointParser.Listen("unix:/run/a.sock,accept-proxy=unix").Value!.AcceptProxyFrom!);
        Assert.Null(EndPointParser.Listen("9000").Value!.AcceptProxyFrom);
        Assert.Equal(ProxyVersion.V1, EndPointParser.Connect("9000,send-proxy=v1").Value!.SendProxy);
        Assert.Equal(ProxyVersion.V2, EndPointParser.Connect("db.internal:5432,send-proxy=v2").Value!.SendProxy);
    }

    [Theory]
    [InlineData("9000,accept-proxy", "which load balancers may tell addresses is missing; for instance accept-proxy=10.0.0.0/8")]
    [InlineData("9000,accept-proxy=", "which load balancers may tell addresses is missing")]
    [InlineData("9000,accept-proxy=unix", "'unix' is for a side that listens on a Unix socket; for instance accept-proxy=10.0.0.0/8")]
    [InlineData("9000,accept-proxy=::ffff:10.0.0.0/8", "write IPv4 as IPv4, such as 10.0.0.0")]
    [InlineData("9000,also=unix:/x,accept-proxy=10.0.0.1/8", "for instance accept-proxy=10.0.0.0/8")]
    [InlineData("unix:/x,accept-proxy=", "for instance accept-proxy=unix")]
    [InlineData("9000,accept-proxy=10.0.0.1/8", "'10.0.0.1/8' is an address inside a network; write 10.0.0.0/8, or 10.0.0.1 for it alone")]
    [InlineData("9000,accept-proxy=10.0.0.0/33", "what follows the / must be from 0 to 32")]
    [InlineData("9000,accept-proxy=10.0.0.0/", "what follows the / must be from 0 to 32")]
    [InlineData("9000,accept-proxy=fd00::1/8", "write fd00::/8, or fd00::1 for it alone")]
    [InlineData("9000,accept-proxy=10.1/16", "'10.1/16' is not a network")]
    [InlineData("9000,accept-proxy=fe80::1%eth0", "is not a network")]
    [InlineData("9000,accept-proxy=10.0.0.0/8+", "'' is not a network")]
    [InlineData("9000,accept-proxy=localhost", "'localhost' is not a network")]
    [InlineData("9000,send-proxy=v1", "send-proxy is for a side that connects out, and this one listens; write accept-proxy=NETWORKS to take headers")]
    public void B71_A_wrong_list_of_load_balancers_is_refused(string text, string expected) =>
        Assert.Contains(expected, EndPointParser.Listen(text).Error, StringComparison.Ordinal);

    [Fact]
    public void Limits_are_numbers_and_a_rate()
    {
        ListenOptions options = EndPointParser.Listen("9000,max=100,max-per-address=5,max-admitting=20,max-pending=10,max-pending-per-address=2,rate=10/1s").Value!;
        Assert.Equal(
            (100, 5, 20, 10, 2),
            (options.MaxConnections, options.MaxConnectionsPerAddress, options.MaxAdmitting, options.MaxPending, options.MaxPendingPerAddress));
        Assert.Equal(new ConnectionRate(10, TimeSpan.FromSeconds(1)), options.Rate);
        Assert.Equal(new ListenOptions(9000), EndPointParser.Listen("9000").Value);
    }

    [Theory]
    [InlineData("9000,max", "max must be a number from 1 to 2147483647; write max=1000")]
    [InlineData("9000,max=0", "max must be a number from 1")]
    [InlineData("9000,max-per-address=-1", "max-per-address must be a number from 1")]
    [InlineData("9000,max-admitting=1.5", "max-admitting must be a number from 1")]
    [InlineData("9000,max-pending=none", "max-pending must be a number from 1")]
    [InlineData("9000,max-pending-per-address=", "max-pending-per-address must be a number from 1")]
    [InlineData("9000,max=1,max=2", "max is given twice")]
    [InlineData("9000,max-per-adress=1", "did you mean max-per-address?")]
    [InlineData("9000,rate", "rate: the rate is missing; write rate=10/1s")]
    [InlineData("9000,rate=10", "rate: '10' does not say in how much time; write 10/1s")]
    public void B71_A_wrong_limit_is_refused(string text, string expected) =>
        Assert.Contains(expected, EndPointParser.Listen(text).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("9000,max=1", "max is for a side that listens, and this one connects out; remove it")]
    [InlineData("9000,rate=10/1s", "rate is for a side that listens, and this one connects out; remove it")]
    public void B71_A_side_that_connects_out_has_no_limits(string text, string expected) =>
        Assert.Contains(expected, EndPointParser.Connect(text).Error, StringComparison.Ordinal);
}
