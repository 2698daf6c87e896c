using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Limits;

/// <summary>Addresses of 127.0.0.0/8 stand for clients of several machines.</summary>
public sealed class LimitTests : IDisposable
{
    private readonly TestServer _target = new();
    private readonly List<TestPeer> _clients = [];
    private readonly ManualClock _clock = new();
    private readonly Channel<ConnectionEvent> _events = Channel.CreateUnbounded<ConnectionEvent>();

    private static ListenOptions Listen => new(IPAddress.Loopback, 0);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ConnectorOptions Options => Patient.Options with { Events = _events.Writer, TimeProvider = _clock };

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _target.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B91_At_the_limit_of_open_peers_the_next_is_reset_and_the_old_are_untouched(bool isIPv6)
    {
        Assert.SkipUnless(!isIPv6 || Socket.OSSupportsIPv6, "this system has no IPv6");
        await using Connector connector = await ServeAsync(new ListenOptions(isIPv6 ? IPAddress.IPv6Any : IPAddress.Loopback, 0) { MaxConnections = 2 });
        (TestPeer first, TestPeer firstTarget) = await PassAsync(connector, "127.0.0.1");
        (TestPeer second, TestPeer secondTarget) = await PassAsync(connector, "127.0.0.2");
        await RefuseAsync(connector, "127.0.0.3", "the limit of open peers, 2, is reached");
        await TalkAsync(first, firstTarget);
        await TalkAsync(second, secondTarget);

        // One place is free again once one of them is closed.
        await LeaveAsync(connector, first);
        await PassAsync(connector, "127.0.0.3");
        await RefuseAsync(connector, "127.0.0.1", "the limit of open peers, 2, is reached");
    }

    [Fact]
    public async Task B91_Each_address_has_a_limit_of_its_own()
    {
        await using Connector connector = await ServeAsync(new ListenOptions(IPAddress.Any, 0) { MaxConnectionsPerAddress = 2 });
        (TestPeer first, TestPeer firstTarget) = await PassAsync(connector, "127.0.0.1");
        await PassAsync(connector, "127.0.0.1");
        await RefuseAsync(connector, "127.0.0.1", "the limit of open peers from one address, 2, is reached");
        await PassAsync(connector, "127.0.0.2");
        await TalkAsync(first, firstTarget);
        await LeaveAsync(connector, first);
        await PassAsync(connector, "127.0.0.1");
    }

    [Fact]
    public async Task B91_Only_so_many_are_in_admission_at_once()
    {
        await using Connector connector = await ServeAsync(Listen with { MaxAdmitting = 2, AuthVerifier = Verifiers.Word("go") });
        TestPeer first = await ConnectAsync(connector, "127.0.0.1"), second = await ConnectAsync(connector, "127.0.0.1");
        await Eventually.TrueAsync(() => Inside.LimitsOf(connector, Side.A).Admitting!.Count == 2);
        await RefuseAsync(connector, "127.0.0.2", "the limit of peers in admission, 2, is reached");

        // Whoever is admitted does not count any more, and neither does whoever is rejected.
        await first.WriteAsync("go");
        using TestPeer firstTarget = await _target.AcceptAsync();
        await TalkAsync(first, firstTarget);
        TestPeer third = await ConnectAsync(connector, "127.0.0.1");
        await second.WriteAsync("no");
        Assert.Equal(Verifiers.Goodbye, await second.ReadTextToEndAsync());
        second.Dispose();
        await Eventually.TrueAsync(() => Inside.LimitsOf(connector, Side.A).Admitting!.Count == 1);
        await third.WriteAsync("go");
        using TestPeer thirdTarget = await _target.AcceptAsync();
        Assert.Equal(0, Inside.LimitsOf(connector, Side.A).Admitting!.Count);
    }

    [Fact]
    public async Task B91_Only_so_many_wait_for_a_partner_and_one_that_meets_a_partner_at_once_does_not_wait()
    {
        await using Connector connector = await MeetAsync(Listen with { MaxPending = 2, MaxPendingPerAddress = 1 }, Listen);
        TestPeer first = await ConnectAsync(connector, "127.0.0.1");
        await PendingAsync(connector, Side.A, 1);
        await RefuseAsync(connector, "127.0.0.1", "the limit of pending peers from one address, 1, is reached");
        await ConnectAsync(connector, "127.0.0.2");
        await PendingAsync(connector, Side.A, 2);
        await RefuseAsync(connector, "127.0.0.3", "the limit of pending peers, 2, is reached");

        TestPeer firstPartner = await ConnectAsync(connector.EndPointB!, "127.0.0.4");
        await TalkAsync(first, firstPartner);
        TestPeer third = await ConnectAsync(connector, "127.0.0.1");
        await PendingAsync(connector, Side.A, 2);
        TestPeer second = await ConnectAsync(connector.EndPointB!, "127.0.0.4"), other = await ConnectAsync(connector.EndPointB!, "127.0.0.4");
        await TalkAsync(third, other);
        await ConnectAsync(connector.EndPointB!, "127.0.0.4");
        await PendingAsync(connector, Side.B, 1);
        TestPeer atOnce = await ConnectAsync(connector, "127.0.0.1");
        await Eventually.TrueAsync(() => connector.GetConnections().Count == 4);
        Assert.Equal((0, 0), PendingCounts(connector));
        atOnce.Reset();
        second.Reset();
    }

    [Fact]
    public async Task B91_One_that_leaves_while_it_waits_gives_its_place_to_the_next()
    {
        await using Connector connector = await MeetAsync(Listen with { MaxPending = 1, MaxPendingPerAddress = 1 }, Listen);
        for (int i = 0; i < 3; i++)
        {
            TestPeer waits = await ConnectAsync(connector, "127.0.0.1");
            await PendingAsync(connector, Side.A, 1);
            await RefuseAsync(connector, "127.0.0.1", "the limit of pending peers, 1, is reached");
            waits.Reset();
            await PendingAsync(connector, Side.A, 0);
            Assert.Equal((0, 0), PendingCounts(connector));
        }
    }

    [Fact]
    public async Task B91_Those_that_wait_for_their_own_dial_are_not_pending()
    {
        await _target.FillAsync();
        await using Connector connector = await ServeAsync(Listen with { MaxPending = 1, MaxPendingPerAddress = 1 });
        for (int i = 1; i <= 3; i++)
        {
            await ConnectAsync(connector, "127.0.0.1");
            await PendingAsync(connector, Side.A, i);
        }

        Assert.Equal((0, 0), PendingCounts(connector));
        Assert.Empty(connector.GetStats().Closed);
    }

    [Fact]
    public async Task B91_Over_its_rate_an_address_is_reset_until_its_bucket_refills()
    {
        await using Connector connector = await ServeAsync(Listen with { Rate = new ConnectionRate(2, TimeSpan.FromMinutes(1)) });
        (TestPeer first, TestPeer firstTarget) = await PassAsync(connector, "127.0.0.1");
        await PassAsync(connector, "127.0.0.1");
        await RefuseAsync(connector, "127.0.0.1", "the rate of connections from one address, 2 in 60 s, is used up", CloseReason.RateLimited);
        await PassAsync(connector, "127.0.0.2");
        _clock.Advance(TimeSpan.FromSeconds(29));
        await RefuseAsync(connector, "127.0.0.1", "the rate of connections from one address, 2 in 60 s, is used up", CloseReason.RateLimited);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await PassAsync(connector, "127.0.0.1");
        await RefuseAsync(connector, "127.0.0.1", "the rate of connections from one address, 2 in 60 s, is used up", CloseReason.RateLimited);
        await TalkAsync(first, firstTarget);
    }

    [Fact]
    public async Task B91_Behind_a_load_balancer_the_address_told_counts_and_not_the_balancers()
    {
        await using Connector connector = await ServeAsync(Listen with
        {
            AcceptProxyFrom = [IPNetwork.Parse("127.0.0.0/8")],
            MaxConnectionsPerAddress = 1,
            Rate = new ConnectionRate(2, TimeSpan.FromMinutes(1)),
        });
        (TestPeer first, _) = await PassAsync(connector, "127.0.0.1", Told("192.0.2.1"));
        await PassAsync(connector, "127.0.0.1", Told("192.0.2.2"));
        await RefuseAsync(connector, "127.0.0.1", "the limit of open peers from one address, 1, is reached", says: Told("192.0.2.1"));
        await LeaveAsync(connector, first);
        (TestPeer again, _) = await PassAsync(connector, "127.0.0.1", Told("192.0.2.1"));
        await LeaveAsync(connector, again);
        await RefuseAsync(connector, "127.0.0.1", "the rate of connections from one address, 2 in 60 s, is used up", CloseReason.RateLimited, Told("192.0.2.1"));

        // Where none is told it is the socket's.
        (TestPeer unknown, _) = await PassAsync(connector, "127.0.0.1", "PROXY UNKNOWN\r\n");
        await RefuseAsync(connector, "127.0.0.1", "the limit of open peers from one address, 1, is reached", says: "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0");
        await LeaveAsync(connector, unknown);
        await PassAsync(connector, "127.0.0.1", "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0");
        Assert.Equal(2, Inside.LimitsOf(connector, Side.A).OpenPerAddress!.Count);
    }

    [Fact]
    public async Task B91_Limits_of_all_count_a_load_balancers_connections_before_their_header()
    {
        await using Connector connector = await ServeAsync(Listen with { AcceptProxyFrom = [IPNetwork.Parse("127.0.0.0/8")], MaxConnections = 2, MaxAdmitting = 1 });
        TestPeer silent = await ConnectAsync(connector, "127.0.0.1");
        await Eventually.TrueAsync(() => Inside.LimitsOf(connector, Side.A).Admitting!.Count == 1);
        await RefuseAsync(connector, "127.0.0.1", "the limit of peers in admission, 1, is reached", says: Told("192.0.2.1"));
        await silent.WriteAsync(Told("192.0.2.1"));
        using TestPeer target = await _target.AcceptAsync();
        await PassAsync(connector, "127.0.0.1", Told("192.0.2.1"));
        await RefuseAsync(connector, "127.0.0.1", "the limit of open peers, 2, is reached", says: Told("192.0.2.1"));
    }

    [Fact]
    public async Task B91_Unix_peers_count_and_have_no_address_and_all_end_points_share_the_limits()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names are there on Linux alone");
        var name = new UnixDomainSocketEndPoint($"\0socketconnector-limits-{Guid.NewGuid():N}");
        await using Connector connector = await ServeAsync(new ListenOptions([new IPEndPoint(IPAddress.Loopback, 0), name])
        {
            MaxConnections = 4,
            MaxConnectionsPerAddress = 1,
            Rate = new ConnectionRate(1, TimeSpan.FromHours(1)),
        });
        for (int i = 0; i < 3; i++)
        {
            _clients.Add(await TestPeer.ConnectAsync(name));
            _clients.Add(await _target.AcceptAsync());
        }

        await PassAsync(connector, "127.0.0.1");
        await RefuseAsync(connector, "127.0.0.2", "the limit of open peers, 4, is reached");
        _clients.Add(await TestPeer.ConnectAsync(name));
        Assert.Equal("the limit of open peers, 4, is reached", (await RefusedAsync()).Detail);
    }

    [Fact]
    public async Task B91_Sockets_that_a_user_adds_are_not_limited()
    {
        await using Connector connector = await MeetAsync(Listen with { MaxConnections = 1, MaxConnectionsPerAddress = 1, MaxPending = 1, MaxPendingPerAddress = 1 }, Listen);
        await ConnectAsync(connector, "127.0.0.1");
        await PendingAsync(connector, Side.A, 1);
        for (int i = 0; i < 3; i++)
        {
            TestPeer near = await TestPeer.ConnectAsync(_target.EndPoint);
            _clients.Add(await _target.AcceptAsync());
            await connector.AddAsync(Side.A, near.Socket, cancellationToken: Cancelled);
        }

        Assert.Equal(4, connector.GetPending(Side.A).Count);
        Assert.Equal((1, 1), PendingCounts(connector));
    }

    [Fact]
    public async Task B91_From_a_listener_those_count_as_pending_that_were_not_taken_and_as_open_that_were_not_closed()
    {
        await using PeerListener listener = await PeerListener.ListenAsync(Side.A, Listen with { MaxConnections = 2, MaxPending = 1 }, Options, Cancelled);
        TestPeer first = await ConnectAsync(listener.EndPoint, "127.0.0.1");
        Assert.Equal(ConnectionEventKind.Pending, (await _events.Reader.ReadAsync(Cancelled).AsTask().InTimeAsync()).Kind);
        await ConnectAsync(listener.EndPoint, "127.0.0.1");
        Assert.Equal("the limit of pending peers, 1, is reached", (await RefusedAsync()).Detail);
        Peer taken = (await listener.AcceptAsync(Cancelled))!;
        TestPeer second = await ConnectAsync(listener.EndPoint, "127.0.0.1");
        Peer other = (await listener.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
        await ConnectAsync(listener.EndPoint, "127.0.0.1");
        Assert.Equal("the limit of open peers, 2, is reached", (await RefusedAsync()).Detail);
        taken.Dispose();
        await ConnectAsync(listener.EndPoint, "127.0.0.1");
        using Peer third = (await listener.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
        other.Dispose();
        Assert.NotEqual(first.LocalEndPoint, second.LocalEndPoint);
    }

    private static string Told(string address) => $"PROXY TCP4 {address} 198.51.100.7 56324 443\r\n";

    private static (int All, int PerAddress) PendingCounts(Connector connector) =>
        Inside.LimitsOf(connector, Side.A).Pending is { } pending ? (pending.All!.Count, pending.PerAddress!.Count) : default;

    private static Task PendingAsync(Connector connector, Side side, int count) => Eventually.TrueAsync(() => connector.GetPending(side).Count == count, explain: () => connector.GetStats().ToJson());

    private static async Task TalkAsync(TestPeer one, TestPeer other)
    {
        await one.WriteAsync("there");
        Assert.Equal("there", await other.ReadTextAsync(5));
        await other.WriteAsync("back");
        Assert.Equal("back", await one.ReadTextAsync(4));
    }

    private Task<Connector> ServeAsync(ListenOptions listen) => Connector.ServerToSocketAsync(listen, new ConnectOptions(_target.EndPoint), Options, Cancelled);

    private Task<Connector> MeetAsync(ListenOptions a, ListenOptions b) => Connector.ServerToServerAsync(a, b, Options, Cancelled);

    private Task<TestPeer> ConnectAsync(Connector connector, string from) => ConnectAsync(new IPEndPoint(IPAddress.Loopback, connector.PortA!.Value), from);

    private async Task<TestPeer> ConnectAsync(EndPoint endPoint, string from)
    {
        TestPeer client = await TestPeer.ConnectAsync(endPoint, socket => socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0)));
        _clients.Add(client);
        return client;
    }

    /// <summary>One that is let in, and reaches the target.</summary>
    private async Task<(TestPeer Client, TestPeer Target)> PassAsync(Connector connector, string from, string says = "")
    {
        TestPeer client = await ConnectAsync(connector, from);
        await client.WriteAsync(says);
        TestPeer target = await _target.AcceptAsync();
        _clients.Add(target);
        await TalkAsync(client, target);
        return (client, target);
    }

    private async Task RefuseAsync(Connector connector, string from, string why, CloseReason reason = CloseReason.LimitReached, string says = "")
    {
        try
        {
            TestPeer client = await ConnectAsync(connector, from);
            (byte[] bytes, SocketError? error) = await client.ReadToWhateverEndAsync(says);
            Assert.Equal(([], true), (bytes, error is SocketError.ConnectionReset or SocketError.Shutdown));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // So early that connecting itself failed.
        }

        ConnectionEvent refused = await RefusedAsync();
        Assert.Equal((reason, Side.A, why), (refused.Closed!.Reason, refused.Closed.Side, refused.Detail));
        Assert.Contains(connector.GetStats().Closed, count => (count.Reason, count.Side) == (reason, Side.A));
        Assert.False(_target.HasWaiting, "it was dialled for");
    }

    /// <summary>Returns once its place is free.</summary>
    private static async Task LeaveAsync(Connector connector, TestPeer client)
    {
        int before = connector.GetConnections().Count;
        client.Reset();
        await Eventually.TrueAsync(() => connector.GetConnections().Count < before);
    }

    private async Task<ConnectionEvent> RefusedAsync()
    {
        while (true)
        {
            ConnectionEvent happened = await _events.Reader.ReadAsync(Cancelled).AsTask().InTimeAsync(what: "an event");
            if (happened.Kind == ConnectionEventKind.Refused && happened.Closed!.Reason is CloseReason.LimitReached or CloseReason.RateLimited)
            {
                return happened;
            }
        }
    }
}
