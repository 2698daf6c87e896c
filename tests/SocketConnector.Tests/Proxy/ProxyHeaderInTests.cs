using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using SocketConnector.ProxyProtocol;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Proxy;

/// <summary>Peers behind a load balancer, which is 127.0.0.1 here.</summary>
public sealed class ProxyHeaderInTests : IDisposable
{
    private const string Line = "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n";
    private static readonly IPEndPoint _told = IPEndPoint.Parse("192.0.2.1:56324");
    private static readonly ListenOptions _listen = new(IPAddress.Loopback, 0) { AcceptProxyFrom = [IPNetwork.Parse("127.0.0.0/8")] };

    private readonly TestServer _target = new();
    private readonly Channel<ConnectionEvent> _events = Channel.CreateUnbounded<ConnectionEvent>();

    public static TheoryData<string> Headers => [Line, Encoding.Latin1.GetString(Binary(_told))];

    private ConnectorOptions Options => Patient.Options with { Events = _events.Writer };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task B95_The_address_told_is_the_peers_wherever_it_is_shown_and_the_sockets_own_stays_readable(string header)
    {
        await using Connector connector = await StartAsync();
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await client.WriteAsync(Encoding.Latin1.GetBytes(header + "hello"));
        using TestPeer upstream = await _target.AcceptAsync();
        Assert.Equal("hello", await upstream.ReadTextAsync(5));

        ConnectionEvent joined = await NextAsync();
        Peer peer = joined.PeerA!;
        Assert.Equal((_told, IPEndPoint.Parse("198.51.100.7:443")), (peer.RemoteEndPoint, peer.LocalEndPoint));
        Assert.Equal((client.LocalEndPoint, connector.EndPointA), (peer.SocketRemoteEndPoint, peer.SocketLocalEndPoint));
        Assert.Equal("A 192.0.2.1:56324", peer.ToString());
        RemoteAddressStats remote = Assert.Single(connector.GetStats().RemotesA);
        Assert.Equal("192.0.2.1", remote.Address);
        Assert.Equal("hello".Length, peer.BytesReceived);
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public async Task B95_It_may_come_byte_by_byte(string header)
    {
        await using Connector connector = await StartAsync();
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!, socket => socket.NoDelay = true);
        foreach (byte one in Encoding.Latin1.GetBytes(header + "x"))
        {
            await client.WriteAsync(new[] { one });
        }

        using TestPeer upstream = await _target.AcceptAsync();
        Assert.Equal("x", await upstream.ReadTextAsync(1));
        Assert.Equal(_told, (await NextAsync()).PeerA!.RemoteEndPoint);
    }

    [Theory]
    [InlineData("PROXY UNKNOWN\r\n")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x21\0\0\0")]
    public async Task B95_A_header_without_addresses_leaves_the_sockets_own(string header)
    {
        await using Connector connector = await StartAsync();
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await client.WriteAsync(Encoding.Latin1.GetBytes(header));
        using TestPeer upstream = await _target.AcceptAsync();
        Peer peer = (await NextAsync()).PeerA!;
        Assert.Equal((client.LocalEndPoint, connector.EndPointA), (peer.RemoteEndPoint, peer.LocalEndPoint));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "no header begins like that")]
    [InlineData("PROXY TCP4 192.0.2.256 198.51.100.7 56324 443\r\n", "an address or a port that is none")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\x31\x11", "a version that is not known")]
    public async Task B95_Something_else_costs_the_peer_a_reset_and_says_why(string sent, string expected)
    {
        await using Connector connector = await StartAsync();
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await client.WriteAsync(Encoding.Latin1.GetBytes(sent));
        await client.ReadToWhateverEndAsync();

        ConnectionEvent refused = await NextAsync();
        Assert.Equal((ConnectionEventKind.Refused, CloseReason.BadProxyHeader, Side.A), (refused.Kind, refused.Closed!.Reason, refused.Closed.Side));
        Assert.EndsWith(expected, refused.Detail, StringComparison.Ordinal);
        Assert.False(_target.HasWaiting, "it was dialled for");
    }

    [Fact]
    public async Task B95_One_that_never_comes_is_waited_for_until_the_deadline_and_no_longer()
    {
        var clock = new ManualClock();
        await using Connector connector = await StartAsync(options: Options with { TimeProvider = clock });
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await client.WriteAsync(Line[..20]);
        await Eventually.TrueAsync(() => clock.Delays.Contains(Options.AdmissionTimeout));
        clock.Advance(Options.AdmissionTimeout);

        ConnectionEvent refused = await NextAsync();
        Assert.Equal((CloseReason.AdmissionTimeout, Side.A), (refused.Closed!.Reason, refused.Closed.Side));
        Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);
        Assert.Equal(0, clock.ActiveTimers);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B95_A_peer_that_leaves_inside_it_has_left(bool resets)
    {
        await using Connector connector = await StartAsync();
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await client.WriteAsync(Line[..20]);
        if (resets)
        {
            client.Reset();
        }
        else
        {
            client.EndHalf();
        }

        ConnectionEvent refused = await NextAsync();
        Assert.Equal((CloseReason.PeerReset, Side.A), (refused.Closed!.Reason, refused.Closed.Side));
    }

    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("::1/128")]
    public async Task B95_Bytes_of_a_peer_that_is_not_listed_are_never_looked_at(string network)
    {
        await using Connector connector = await StartAsync(_listen with { AcceptProxyFrom = [IPNetwork.Parse(network)] });
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await client.WriteAsync(Line);
        using TestPeer upstream = await _target.AcceptAsync();
        Assert.Equal(Line, await upstream.ReadTextAsync(Line.Length));
        Assert.Equal(client.LocalEndPoint, (await NextAsync()).PeerA!.RemoteEndPoint);
    }

    [Fact]
    public async Task B95_IPv4_in_either_notation_is_listed_by_one()
    {
        var listen = new ListenOptions(IPAddress.IPv6Any, 0) { AcceptProxyFrom = [IPNetwork.Parse("::ffff:127.0.0.0/104")] };
        await using Connector connector = await StartAsync(listen);
        using TestPeer client = await TestPeer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, connector.PortA!.Value));
        await client.WriteAsync(Line);
        using TestPeer upstream = await _target.AcceptAsync();
        Assert.Equal(_told, (await NextAsync()).PeerA!.RemoteEndPoint);
    }

    [Fact]
    public async Task B95_Whoever_may_connect_to_a_Unix_socket_must_send_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names are there on Linux alone");
        var endPoint = new UnixDomainSocketEndPoint($"\0socketconnector-proxy-{Guid.NewGuid():N}");
        await using Connector connector = await StartAsync(new ListenOptions(endPoint) { AcceptProxyFrom = [] });
        using TestPeer client = await TestPeer.ConnectAsync(endPoint);
        await client.WriteAsync(Line);
        using TestPeer upstream = await _target.AcceptAsync();
        Peer peer = (await NextAsync()).PeerA!;
        Assert.Equal(_told, peer.RemoteEndPoint);
        Assert.Equal(Environment.ProcessId, peer.ProcessId);
    }

    [Fact]
    public async Task B95_A_verifier_sees_the_address_told_and_what_comes_behind_the_header()
    {
        EndPoint? seen = null;
        SocketAuthVerifier word = Verifiers.Word("open sesame\n");
        ListenOptions listen = _listen with
        {
            AuthVerifier = (context, token) =>
            {
                seen = context.Peer.RemoteEndPoint;
                return word(context, token);
            },
        };
        await using Connector connector = await StartAsync(listen);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await client.WriteAsync(Line + "open sesame\nhello");
        using TestPeer upstream = await _target.AcceptAsync();
        Assert.Equal("hello", await upstream.ReadTextAsync(5));
        Assert.Equal(_told, seen);
    }

    [Fact]
    public async Task B95_TLVs_can_be_read_afterwards()
    {
        await using Connector connector = await StartAsync();
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await client.WriteAsync(Binary(_told, [0x02, 0, 1, (byte)'a', 0xE0, 0, 0]));
        using TestPeer upstream = await _target.AcceptAsync();
        Peer peer = (await NextAsync()).PeerA!;
        Assert.True(peer.ProxyTlvs.TryGet(ProxyTlvType.Authority, out ReadOnlySequence<byte> authority));
        Assert.Equal("a", Encoding.UTF8.GetString(authority));
    }

    [Theory]
    [InlineData(300)]
    [InlineData(16 * 1024 - 31)]
    [InlineData(16 * 1024 - 30)]
    public async Task B95_A_long_one_is_taken_up_to_16_KiB_and_what_comes_behind_it_arrives(int length)
    {
        await using Connector connector = await StartAsync();
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        byte[] header = new byte[20_000];
        byte[] tlv = [0xE0, (byte)(length >> 8), (byte)length, .. new byte[length]];
        Assert.True(ProxyHeaderWriter.TryWriteV2(_told, IPEndPoint.Parse("198.51.100.7:443"), new ReadOnlySequence<byte>(tlv), header, out int written));
        await client.WriteAsync((byte[])[.. header[..written], .. "hello"u8]);
        client.EndHalf();
        if (written > 16 * 1024)
        {
            Assert.Equal(CloseReason.BadProxyHeader, (await NextAsync()).Closed?.Reason);
            return;
        }

        using TestPeer upstream = await _target.AcceptAsync();
        Assert.Equal("hello", await upstream.ReadTextToEndAsync());
    }

    [Fact]
    public async Task B95_In_server_to_server_each_side_has_its_own_balancers()
    {
        await using Connector connector = await Connector.ServerToServerAsync(_listen, new ListenOptions(IPAddress.Loopback, 0), Options, Cancelled);
        using TestPeer balancer = await TestPeer.ConnectAsync(connector.EndPointA!), plain = await TestPeer.ConnectAsync(connector.EndPointB!);
        await balancer.WriteAsync(Line + "hello");
        Assert.Equal("hello", await plain.ReadTextAsync(5));
        Connection connection = Assert.Single(connector.GetConnections());
        Assert.Equal((_told, plain.LocalEndPoint), (connection.PeerA.RemoteEndPoint, connection.PeerB.RemoteEndPoint));
    }

    [Fact]
    public async Task B95_A_header_and_a_verifier_have_one_deadline()
    {
        var clock = new ManualClock();
        var verifying = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        ListenOptions listen = _listen with { AuthVerifier = Verifiers.Hanging(verifying) };
        await using Connector connector = await StartAsync(listen, Options with { TimeProvider = clock });
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => clock.Delays.Contains(Options.AdmissionTimeout));
        clock.Advance(Options.AdmissionTimeout * 0.75);
        await client.WriteAsync(Line);
        await verifying.Task.InTimeAsync();
        clock.Advance(Options.AdmissionTimeout * 0.25);
        Assert.Equal(CloseReason.AuthTimeout, (await NextAsync()).Closed?.Reason);
    }

    [Fact]
    public async Task B95_A_socket_that_is_added_sends_none()
    {
        await using Connector connector = await StartAsync();
        using SocketPair added = await SocketPair.CreateAsync();
        await connector.AddAsync(Side.A, added.Near.Socket, cancellationToken: Cancelled);
        using TestPeer upstream = await _target.AcceptAsync();
        await added.Far.WriteAsync("hello");
        Assert.Equal("hello", await upstream.ReadTextAsync(5));
    }

    public void Dispose() => _target.Dispose();

    /// <summary>Version 2, to 198.51.100.7:443.</summary>
    private static byte[] Binary(IPEndPoint source, byte[]? tlvs = null)
    {
        byte[] room = new byte[512];
        Assert.True(ProxyHeaderWriter.TryWriteV2(source, IPEndPoint.Parse("198.51.100.7:443"), new ReadOnlySequence<byte>(tlvs ?? []), room, out int written));
        return room[..written];
    }

    private Task<Connector> StartAsync(ListenOptions? listen = null, ConnectorOptions? options = null) =>
        Connector.ServerToSocketAsync(listen ?? _listen, new ConnectOptions(_target.EndPoint), options ?? Options, Cancelled);

    /// <summary>The next but for one that the peer waits for its dial.</summary>
    private async Task<ConnectionEvent> NextAsync()
    {
        ConnectionEvent happened;
        do
        {
            happened = await _events.Reader.ReadAsync(Cancelled).AsTask().InTimeAsync(what: "an event");
        }
        while (happened.Kind == ConnectionEventKind.Pending);
        return happened;
    }
}
