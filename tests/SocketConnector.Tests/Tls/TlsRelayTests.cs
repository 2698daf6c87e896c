using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Tls;

/// <summary>What is relayed to, from and between peers that speak TLS.</summary>
public sealed class TlsRelayTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly TestServer _target = new();
    private readonly Channel<ConnectionEvent> _events = Channel.CreateUnbounded<ConnectionEvent>();
    private readonly X509Certificate2 _certificate;

    public TlsRelayTests() => _certificate = _authority.Issue("localhost");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ConnectorOptions Options => Patient.Options with { Events = _events.Writer };

    private ListenOptions Listening => new(IPAddress.Loopback, 0) { Tls = new TlsListenOptions(new SslServerAuthenticationOptions { ServerCertificate = _certificate }) };

    private ConnectOptions Connecting => new(_target.EndPoint)
    {
        Tls = new TlsConnectOptions(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _authority.Trust }),
    };

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task B92_A_side_that_listens_speaks_TLS_and_the_other_does_not(SslProtocols protocol)
    {
        await using Connector connector = await Connector.ServerToSocketAsync(Listening, new ConnectOptions(_target.EndPoint), Options, Cancelled);
        using TlsPeer client = await TlsPeer.ConnectAsync(
            connector.EndPointA!,
            new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _authority.Trust, EnabledSslProtocols = protocol });
        using TestPeer upstream = await _target.AcceptAsync();
        await TalkAsync(client, upstream);

        PeerTls tls = (await JoinedAsync()).PeerA!.Tls!;
        Assert.Equal((protocol, "localhost", null), (tls.Protocol, tls.ServerName, tls.Certificate));
    }

    [Fact]
    public async Task B92_A_side_that_connects_out_speaks_TLS_and_the_other_does_not()
    {
        await using Connector connector = await Connector.ServerToSocketAsync(new ListenOptions(IPAddress.Loopback, 0), Connecting, Options, Cancelled);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TlsPeer upstream = await TlsPeer.AcceptAsync(await _target.AcceptAsync(), _certificate);
        await TalkAsync(upstream, client);
        Assert.Equal(_certificate.Thumbprint, (await JoinedAsync()).PeerB!.Tls!.Certificate!.Thumbprint);
    }

    [Fact]
    public async Task B92_Socket_to_server_speaks_TLS_on_both_sides()
    {
        Task<TestPeer> accepting = _target.AcceptAsync();
        await using Connector connector = await Connector.SocketToServerAsync(Connecting, Listening, Options, Cancelled);
        using TlsPeer upstream = await TlsPeer.AcceptAsync(await accepting, _certificate);
        using TlsPeer client = await TlsPeer.ConnectAsync(connector.EndPointB!, _authority);
        await TalkAsync(upstream, client);
    }

    [Fact]
    public async Task B92_Server_to_server_speaks_TLS_on_both_sides()
    {
        await using Connector connector = await Connector.ServerToServerAsync(Listening, Listening, Options, Cancelled);
        using TlsPeer a = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority);
        using TlsPeer b = await TlsPeer.ConnectAsync(connector.EndPointB!, _authority);
        await TalkAsync(a, b);
    }

    [Fact]
    public async Task B92_Socket_to_socket_speaks_TLS_on_both_sides()
    {
        Task<TestPeer> first = _target.AcceptAsync(), second = _target.AcceptAsync();
        await using Connector connector = await Connector.SocketToSocketAsync(Connecting, Connecting, Options, Cancelled);
        Task<TlsPeer> one = TlsPeer.AcceptAsync(await first, _certificate), other = TlsPeer.AcceptAsync(await second, _certificate);
        using TlsPeer a = await one;
        using TlsPeer b = await other;
        await TalkAsync(a, b);
    }

    [Fact]
    public async Task B92_What_a_client_sends_while_it_waits_for_a_partner_comes_first()
    {
        await using Connector connector = await Connector.ServerToServerAsync(Listening, new ListenOptions(IPAddress.Loopback, 0), Options, Cancelled);
        using TlsPeer a = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority);
        await a.WriteAsync("early");
        Assert.Equal(ConnectionEventKind.Pending, (await NextAsync()).Kind);
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        Assert.Equal("early", await b.ReadTextAsync(5));
    }

    [Fact]
    public async Task B92_One_that_leaves_while_it_waits_is_noticed()
    {
        await using Connector connector = await Connector.ServerToServerAsync(Listening, new ListenOptions(IPAddress.Loopback, 0), Options, Cancelled);
        using (TlsPeer a = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority))
        {
            Assert.Equal(ConnectionEventKind.Pending, (await NextAsync()).Kind);
            await a.EndHalfAsync();
        }

        ConnectionEvent left = await NextAsync();
        Assert.Equal((ConnectionEventKind.Refused, CloseReason.PeerReset), (left.Kind, left.Closed!.Reason));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B93_Large_amounts_arrive_whole_both_ways_at_once_and_a_half_closed_stream_goes_on(bool isTlsOutside)
    {
        const int Size = 8 * 1024 * 1024;
        byte[] up = RandomNumberGenerator.GetBytes(Size), down = RandomNumberGenerator.GetBytes(Size);
        await using Connector connector = await Connector.ServerToSocketAsync(
            isTlsOutside ? Listening : new ListenOptions(IPAddress.Loopback, 0), isTlsOutside ? new ConnectOptions(_target.EndPoint) : Connecting, Options, Cancelled);
        using TestPeer? plainClient = isTlsOutside ? null : await TestPeer.ConnectAsync(connector.EndPointA!);
        using TlsPeer tls = isTlsOutside ? await TlsPeer.ConnectAsync(connector.EndPointA!, _authority) : await TlsPeer.AcceptAsync(await _target.AcceptAsync(), _certificate);
        using TestPeer plain = plainClient ?? await _target.AcceptAsync();

        Task<byte[]> gotDown = tls.ReadToEndAsync(), gotUp = plain.ReadToEndAsync();
        await SendAllAsync(tls, up);
        AssertSame(up, await gotUp);

        // The other half is open still.
        await plain.WriteAsync(down);
        plain.EndHalf();
        AssertSame(down, await gotDown);
        Assert.Equal(CloseReason.Completed, await ClosedAsync());
    }

    [Fact]
    public async Task B93_The_end_of_the_plain_side_is_a_close_notify_and_then_the_end_of_the_stream()
    {
        await using Connector connector = await Connector.ServerToSocketAsync(Listening, new ConnectOptions(_target.EndPoint), Options, Cancelled);
        using TlsPeer client = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority);
        using TestPeer upstream = await _target.AcceptAsync();
        await upstream.WriteAsync("bye");
        upstream.EndHalf();
        Assert.Equal("bye", await client.ReadTextAsync(3));

        // SslStream reads an end only behind a close-notify here, for what follows it on the wire is looked at.
        Assert.Empty(await client.ReadToEndAsync());
        (byte[] rest, System.Net.Sockets.SocketError? error) = await client.Peer.ReadToWhateverEndAsync();
        Assert.Empty(rest);
        Assert.Null(error);
        await client.WriteAsync("still here");
        Assert.Equal("still here", await upstream.ReadTextAsync(10));
    }

    [Fact]
    public async Task B93_An_end_without_close_notify_is_told_as_truncated_and_reaches_the_far_side_as_a_reset()
    {
        await using Connector connector = await Connector.ServerToSocketAsync(Listening, new ConnectOptions(_target.EndPoint), Options, Cancelled);
        using TlsPeer client = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority);
        using TestPeer upstream = await _target.AcceptAsync();
        await client.WriteAsync("half a sto");
        Assert.Equal("half a sto", await upstream.ReadTextAsync(10));
        client.Peer.EndHalf();
        Assert.NotNull((await upstream.ReadToWhateverEndAsync()).Error);
        Assert.Equal((CloseReason.Truncated, Side.A), await ClosedBySideAsync());
    }

    [Fact]
    public async Task B93_An_end_inside_a_record_is_truncated_too()
    {
        await using Connector connector = await Connector.ServerToSocketAsync(new ListenOptions(IPAddress.Loopback, 0), Connecting, Options, Cancelled);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TlsPeer upstream = await TlsPeer.AcceptAsync(await _target.AcceptAsync(), _certificate);
        await TalkAsync(upstream, client);
        await upstream.Peer.WriteAsync(new byte[] { 0x17, 3, 3, 0x10, 0, 1, 2, 3 });
        upstream.Peer.EndHalf();
        Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);
        Assert.Equal((CloseReason.Truncated, Side.B), await ClosedBySideAsync());
    }

    [Fact]
    public async Task B93_A_record_that_was_tampered_with_is_TLS_that_failed()
    {
        await using Connector connector = await Connector.ServerToSocketAsync(Listening, new ConnectOptions(_target.EndPoint), Options, Cancelled);
        using TlsPeer client = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority);
        using TestPeer upstream = await _target.AcceptAsync();
        await TalkAsync(client, upstream);
        byte[] record = [0x17, 3, 3, 0, 40, .. RandomNumberGenerator.GetBytes(40)];
        await client.Peer.WriteAsync(record);
        Assert.NotNull((await upstream.ReadToWhateverEndAsync()).Error);
        Assert.Equal((CloseReason.TlsFailed, Side.A), await ClosedBySideAsync());
    }

    [Fact]
    public async Task B93_A_reset_is_a_reset_in_both_directions()
    {
        await using Connector connector = await Connector.ServerToSocketAsync(Listening, new ConnectOptions(_target.EndPoint), Options, Cancelled);
        using (TlsPeer client = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority))
        {
            using TestPeer upstream = await _target.AcceptAsync();
            await TalkAsync(client, upstream);
            client.Peer.Reset();
            Assert.NotNull((await upstream.ReadToWhateverEndAsync()).Error);
            Assert.Equal((CloseReason.PeerReset, Side.A), await ClosedBySideAsync());
        }

        using TlsPeer other = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority);
        using TestPeer leaving = await _target.AcceptAsync();
        await TalkAsync(other, leaving);
        leaving.Reset();
        await Assert.ThrowsAnyAsync<IOException>(other.ReadToEndAsync);
        Assert.Equal((CloseReason.PeerReset, Side.B), await ClosedBySideAsync());
    }

    [Fact]
    public async Task B93_A_stopped_connector_leaves_nothing_behind_that_looks_complete()
    {
        Connector connector = await Connector.ServerToSocketAsync(Listening, new ConnectOptions(_target.EndPoint), Options, Cancelled);
        using TlsPeer client = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority);
        using TestPeer upstream = await _target.AcceptAsync();
        await TalkAsync(client, upstream);
        await connector.DisposeAsync().AsTask().InTimeAsync();
        await Assert.ThrowsAnyAsync<IOException>(client.ReadToEndAsync);
        Assert.NotNull((await upstream.ReadToWhateverEndAsync()).Error);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
        _target.Dispose();
    }

    private static void AssertSame(byte[] sent, byte[] came) =>
        Assert.True(sent.AsSpan().SequenceEqual(came), $"{came.Length} bytes came of {sent.Length} that were sent, or other ones");

    private static async Task SendAllAsync(TlsPeer peer, byte[] bytes)
    {
        await peer.WriteAsync(bytes);
        await peer.EndHalfAsync();
    }

    private static async Task TalkAsync(TlsPeer one, TestPeer other)
    {
        await one.WriteAsync("hello");
        Assert.Equal("hello", await other.ReadTextAsync(5));
        await other.WriteAsync("hi there");
        Assert.Equal("hi there", await one.ReadTextAsync(8));
    }

    private static async Task TalkAsync(TlsPeer one, TlsPeer other)
    {
        await one.WriteAsync("hello");
        Assert.Equal("hello", await other.ReadTextAsync(5));
        await other.WriteAsync("hi there");
        Assert.Equal("hi there", await one.ReadTextAsync(8));
    }

    private async Task<ConnectionEvent> NextAsync()
    {
        ConnectionEvent next = await _events.Reader.ReadAsync(Cancelled).AsTask().InTimeAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{next.Kind} {next.Closed?.Reason} {next.Detail}");
        return next;
    }

    private async Task<ConnectionEvent> JoinedAsync()
    {
        ConnectionEvent next = await NextAsync();
        return next.Kind == ConnectionEventKind.Joined ? next : await JoinedAsync();
    }

    private async Task<CloseReason> ClosedAsync() => (await ClosedBySideAsync()).Reason;

    private async Task<(CloseReason Reason, Side? Side)> ClosedBySideAsync()
    {
        while (true)
        {
            ConnectionEvent next = await NextAsync();
            if (next.Kind == ConnectionEventKind.Closed)
            {
                return (next.Closed!.Reason, next.Closed.Side);
            }
        }
    }
}
