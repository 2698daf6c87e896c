using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Access;

public sealed class AccessListTests : IDisposable
{
    private readonly TestServer _target = new();
    private readonly Channel<ConnectionEvent> _events = Channel.CreateUnbounded<ConnectionEvent>();

    public static TheoryData<string?, string?, bool> Lists => new()
    {
        { null, null, true },
        { "127.0.0.0/8", null, true },
        { "127.0.0.1/32", null, true },
        { "0.0.0.0/0", null, true },
        { "::ffff:127.0.0.0/104", null, true },
        { "10.0.0.0/8 127.0.0.1/32", null, true },
        { "127.0.0.2/32", null, false },
        { "::/0", null, false },
        { "fd00::/8", null, false },
        { "", null, false },
        { null, "127.0.0.0/8", false },
        { null, "10.0.0.0/8", true },
        { null, "::/0", true },
        { null, "", true },
        { "127.0.0.1/32", "127.0.0.0/8", false },
        { "127.0.0.0/8", "127.0.0.1/32", false },
    };

    private ConnectorOptions Options => Patient.Options with { Events = _events.Writer };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task B90_Deny_wins_and_allow_lets_in_what_it_lists(string? allow, string? deny, bool isLetIn)
    {
        foreach (IPAddress address in (IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Any])
        {
            await using Connector connector = await StartAsync(new ListenOptions(address, 0) { Allow = Networks(allow), Deny = Networks(deny) });
            using TestPeer client = await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, connector.PortA!.Value));
            ConnectionEvent happened = await NextAsync();
            if (isLetIn)
            {
                using TestPeer upstream = await _target.AcceptAsync();
                Assert.Equal(ConnectionEventKind.Joined, happened.Kind);
            }
            else
            {
                Assert.Equal((CloseReason.AccessDenied, Side.A), (happened.Closed!.Reason, happened.Closed.Side));
                Assert.Equal(SocketError.ConnectionReset, (await client.ReadToWhateverEndAsync()).Error);
                Assert.False(_target.HasWaiting, "it was dialled for");
            }
        }
    }

    [Theory]
    [InlineData("::1/128", true)]
    [InlineData("::/127", true)]
    [InlineData("::2/128", false)]
    [InlineData("0.0.0.0/0", false)]
    public async Task B90_IPv6_is_looked_up_as_well(string allow, bool isLetIn)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "this system has no IPv6");
        await using Connector connector = await StartAsync(new ListenOptions(IPAddress.IPv6Loopback, 0) { Allow = Networks(allow) });
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        Assert.Equal(isLetIn, (await NextAsync()).Kind == ConnectionEventKind.Joined);
    }

    [Fact]
    public async Task B90_Of_a_Unix_socket_the_lists_say_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names are there on Linux alone");
        var endPoint = new UnixDomainSocketEndPoint($"\0socketconnector-access-{Guid.NewGuid():N}");
        await using Connector connector = await StartAsync(new ListenOptions(endPoint) { Allow = [], Deny = Networks("::/0 0.0.0.0/0") });
        using TestPeer client = await TestPeer.ConnectAsync(endPoint);
        Assert.Equal(ConnectionEventKind.Joined, (await NextAsync()).Kind);
    }

    [Theory]
    [InlineData("192.0.2.0/24", null, true)]
    [InlineData("198.51.100.0/24", null, false)]
    [InlineData(null, "192.0.2.0/24", false)]
    [InlineData(null, "127.0.0.0/8", false)]
    [InlineData("192.0.2.0/24 127.0.0.0/8", null, true)]
    public async Task B90_Behind_a_PROXY_header_the_address_told_is_looked_up(string? allow, string? deny, bool isLetIn)
    {
        var listen = new ListenOptions(IPAddress.Loopback, 0) { AcceptProxyFrom = Networks("127.0.0.0/8"), Allow = Networks(allow), Deny = Networks(deny) };
        await using Connector connector = await StartAsync(listen);
        using TestPeer balancer = await TestPeer.ConnectAsync(connector.EndPointA!);
        await SendAsync(balancer, "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n");
        ConnectionEvent happened = await NextAsync();
        Assert.Equal(isLetIn ? (ConnectionEventKind.Joined, null) : (ConnectionEventKind.Refused, CloseReason.AccessDenied), (happened.Kind, happened.Closed?.Reason));
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n", false)]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x21\0\0\0", false)]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", true)]
    public async Task B90_With_an_allow_list_a_client_whose_address_is_not_told_is_refused_and_the_balancer_itself_is_not(string header, bool isLetIn)
    {
        var listen = new ListenOptions(IPAddress.Loopback, 0) { AcceptProxyFrom = Networks("127.0.0.0/8"), Allow = Networks("192.0.2.0/24") };
        await using Connector connector = await StartAsync(listen);
        using TestPeer balancer = await TestPeer.ConnectAsync(connector.EndPointA!);
        await SendAsync(balancer, header);
        ConnectionEvent happened = await NextAsync();
        Assert.Equal(isLetIn ? (ConnectionEventKind.Joined, null) : (ConnectionEventKind.Refused, CloseReason.AccessDenied), (happened.Kind, happened.Closed?.Reason));
    }

    [Fact]
    public void Options_with_equal_lists_are_equal()
    {
        ListenOptions one = new(9000) { Allow = Networks("10.0.0.0/8"), Deny = Networks("::ffff:10.1.0.0/112") };
        ListenOptions other = new(9000) { Allow = Networks("10.0.0.0/8"), Deny = Networks("10.1.0.0/16") };
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, other with { Deny = null });
    }

    public void Dispose() => _target.Dispose();

    private static IPNetwork[]? Networks(string? text) => text?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(network => IPNetwork.Parse(network)).ToArray();

    private Task<Connector> StartAsync(ListenOptions listen) => Connector.ServerToSocketAsync(listen, new ConnectOptions(_target.EndPoint), Options, Cancelled);

    /// <summary>It may have been reset before a byte of it is sent.</summary>
    private static async Task SendAsync(TestPeer peer, string text)
    {
        try
        {
            await peer.WriteAsync(text);
        }
        catch (SocketException)
        {
            // Told by an event as well.
        }
    }

    /// <summary>The next that says whether a peer was let in.</summary>
    private async Task<ConnectionEvent> NextAsync()
    {
        while (true)
        {
            ConnectionEvent happened = await _events.Reader.ReadAsync(Cancelled).AsTask().InTimeAsync(what: "an event");
            if (happened.Kind is ConnectionEventKind.Joined or ConnectionEventKind.Refused)
            {
                return happened;
            }
        }
    }
}
