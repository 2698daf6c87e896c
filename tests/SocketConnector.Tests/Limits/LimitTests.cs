using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Limits;

/// <summary>Addresses of 127.0.0.0/8 stand for clients of several machines.</summary>
public sealed class LimitTests : IDisposable
{
    private readonly LimitedRelay _relay = new();

    private static ListenOptions Listen => LimitedRelay.Listen;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _relay.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B91_At_the_limit_of_open_peers_the_next_is_reset_and_the_old_are_untouched(bool isIPv6)
    {
        Assert.SkipUnless(!isIPv6 || Socket.OSSupportsIPv6, "this system has no IPv6");
        await using Connector connector = await _relay.ServeAsync(new ListenOptions(isIPv6 ? IPAddress.IPv6Any : IPAddress.Loopback, 0) { MaxConnections = 2 });
        (TestPeer first, TestPeer firstTarget) = await _relay.PassAsync(connector, "127.0.0.1");
        (TestPeer second, TestPeer secondTarget) = await _relay.PassAsync(connector, "127.0.0.2");
        await _relay.RefuseAsync(connector, "127.0.0.3", "the limit of open peers, 2, is reached");
        await LimitedRelay.TalkAsync(first, firstTarget);
        await LimitedRelay.TalkAsync(second, secondTarget);

        // One place is free again once one of them is closed.
        await LimitedRelay.LeaveAsync(connector, first);
        await _relay.PassAsync(connector, "127.0.0.3");
        await _relay.RefuseAsync(connector, "127.0.0.1", "the limit of open peers, 2, is reached");
    }

    [Fact]
    public async Task B91_Each_address_has_a_limit_of_its_own()
    {
        await using Connector connector = await _relay.ServeAsync(new ListenOptions(IPAddress.Any, 0) { MaxConnectionsPerAddress = 2 });
        (TestPeer first, TestPeer firstTarget) = await _relay.PassAsync(connector, "127.0.0.1");
        await _relay.PassAsync(connector, "127.0.0.1");
        await _relay.RefuseAsync(connector, "127.0.0.1", "the limit of open peers from one address, 2, is reached");
        await _relay.PassAsync(connector, "127.0.0.2");
        await LimitedRelay.TalkAsync(first, firstTarget);
        await LimitedRelay.LeaveAsync(connector, first);
        await _relay.PassAsync(connector, "127.0.0.1");
    }

    [Fact]
    public async Task B91_Only_so_many_are_in_admission_at_once()
    {
        await using Connector connector = await _relay.ServeAsync(Listen with { MaxAdmitting = 2, AuthVerifier = Verifiers.Word("go") });
        TestPeer first = await _relay.ConnectAsync(connector, "127.0.0.1"), second = await _relay.ConnectAsync(connector, "127.0.0.1");
        await Eventually.TrueAsync(() => Inside.LimitsOf(connector, Side.A).Admitting!.Count == 2);
        await _relay.RefuseAsync(connector, "127.0.0.2", "the limit of peers in admission, 2, is reached");

        // Whoever is admitted does not count any more, and neither does whoever is rejected.
        await first.WriteAsync("go");
        using TestPeer firstTarget = await _relay.Target.AcceptAsync();
        await LimitedRelay.TalkAsync(first, firstTarget);
        TestPeer third = await _relay.ConnectAsync(connector, "127.0.0.1");
        await second.WriteAsync("no");
        Assert.Equal(Verifiers.Goodbye, await second.ReadTextToEndAsync());
        second.Dispose();
        await Eventually.TrueAsync(() => Inside.LimitsOf(connector, Side.A).Admitting!.Count == 1);
        await third.WriteAsync("go");
        using TestPeer thirdTarget = await _relay.Target.AcceptAsync();
        Assert.Equal(0, Inside.LimitsOf(connector, Side.A).Admitting!.Count);
    }

    [Fact]
    public async Task B91_Over_its_rate_an_address_is_reset_until_its_bucket_refills()
    {
        await using Connector connector = await _relay.ServeAsync(Listen with { Rate = new ConnectionRate(2, TimeSpan.FromMinutes(1)) });
        (TestPeer first, TestPeer firstTarget) = await _relay.PassAsync(connector, "127.0.0.1");
        await _relay.PassAsync(connector, "127.0.0.1");
        await _relay.RefuseAsync(connector, "127.0.0.1", "the rate of connections from one address, 2 in 60 s, is used up", CloseReason.RateLimited);
        await _relay.PassAsync(connector, "127.0.0.2");
        _relay.Clock.Advance(TimeSpan.FromSeconds(29));
        await _relay.RefuseAsync(connector, "127.0.0.1", "the rate of connections from one address, 2 in 60 s, is used up", CloseReason.RateLimited);
        _relay.Clock.Advance(TimeSpan.FromSeconds(1));
        await _relay.PassAsync(connector, "127.0.0.1");
        await _relay.RefuseAsync(connector, "127.0.0.1", "the rate of connections from one address, 2 in 60 s, is used up", CloseReason.RateLimited);
        await LimitedRelay.TalkAsync(first, firstTarget);
    }

    [Fact]
    public async Task B91_Unix_peers_count_and_have_no_address_and_all_end_points_share_the_limits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names are there on Linux alone");
        var name = new UnixDomainSocketEndPoint($"\0socketconnector-limits-{Guid.NewGuid():N}");
        await using Connector connector = await _relay.ServeAsync(new ListenOptions([new IPEndPoint(IPAddress.Loopback, 0), name])
        {
            MaxConnections = 4,
            MaxConnectionsPerAddress = 1,
            Rate = new ConnectionRate(1, TimeSpan.FromHours(1)),
        });
        for (int i = 0; i < 3; i++)
        {
            _relay.Own(await TestPeer.ConnectAsync(name));
            _relay.Own(await _relay.Target.AcceptAsync());
        }

        await _relay.PassAsync(connector, "127.0.0.1");
        await _relay.RefuseAsync(connector, "127.0.0.2", "the limit of open peers, 4, is reached");
        _relay.Own(await TestPeer.ConnectAsync(name));
        Assert.Equal("the limit of open peers, 4, is reached", (await _relay.RefusedAsync()).Detail);
    }

    [Fact]
    public async Task B91_Sockets_that_a_user_adds_are_not_limited()
    {
        await using Connector connector = await _relay.RendezvousAsync(Listen with { MaxConnections = 1, MaxConnectionsPerAddress = 1, MaxPending = 1, MaxPendingPerAddress = 1 }, Listen);
        await _relay.ConnectAsync(connector, "127.0.0.1");
        await LimitedRelay.PendingAsync(connector, Side.A, 1);
        for (int i = 0; i < 3; i++)
        {
            TestPeer near = await TestPeer.ConnectAsync(_relay.Target.EndPoint);
            _relay.Own(await _relay.Target.AcceptAsync());
            await connector.AddAsync(Side.A, near.Socket, cancellationToken: Cancelled);
        }

        Assert.Equal(4, connector.GetPending(Side.A).Count);
        Assert.Equal((1, 1), LimitedRelay.PendingCounts(connector));
    }
}
