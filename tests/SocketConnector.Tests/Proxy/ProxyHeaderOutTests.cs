using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SocketConnector.ProxyProtocol;
using SocketConnector.TestKit;
using SocketConnector.Tests.Transports;

namespace SocketConnector.Tests.Proxy;

/// <summary>What a target is told of the client that it was dialled for.</summary>
public sealed class ProxyHeaderOutTests : IDisposable
{
    private static readonly ListenOptions _listen = new(IPAddress.Loopback, 0);
    private readonly TestServer _target = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ProxyVersion.V1)]
    [InlineData(ProxyVersion.V2)]
    public async Task B95_A_target_is_told_the_clients_addresses_before_anything_else(ProxyVersion version)
    {
        await using Connector connector = await Connector.ServerToSocketAsync(_listen, Target(version), Patient.Options, Cancelled);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await client.WriteAsync("hello");
        using TestPeer upstream = await _target.AcceptAsync();

        Told told = await ReadAsync(upstream);
        Assert.Equal(((int)version, client.LocalEndPoint, connector.EndPointA), (told.Version, told.Source, told.Destination));
        Assert.Equal("hello", await upstream.ReadTextAsync(5));
        Peer peer = Assert.Single(connector.GetConnections()).PeerB;
        await Eventually.TrueAsync(() => peer.BytesSent == 5, explain: () => $"the header counts: {peer.BytesSent}");
    }

    [Fact]
    public async Task B95_What_the_client_was_told_to_be_is_passed_on_with_its_TLVs()
    {
        ListenOptions listen = _listen with { AcceptProxyFrom = [IPNetwork.Parse("127.0.0.1/32")] };
        await using Connector connector = await Connector.ServerToSocketAsync(listen, Target(ProxyVersion.V2), Patient.Options, Cancelled);
        using TestPeer balancer = await TestPeer.ConnectAsync(connector.EndPointA!);
        byte[] tlvs = [0x02, 0, 1, (byte)'a', 0x03, 0, 4, 0, 0, 0, 0, 0xE0, 0, 2, 1, 2];
        byte[] room = new byte[512];
        Assert.True(ProxyHeaderWriter.TryWriteV2(IPEndPoint.Parse("192.0.2.1:1"), IPEndPoint.Parse("192.0.2.2:2"), new ReadOnlySequence<byte>(tlvs), room, out int written));

        // Of a transport that is not passed on, so that the checksum has to be another.
        byte[] header = Checked([.. room.AsSpan(0, 13), 0x12, .. room.AsSpan(14, written - 14)]);
        await balancer.WriteAsync(header);

        using TestPeer upstream = await _target.AcceptAsync();
        Told told = await ReadAsync(upstream);
        Assert.Equal(("192.0.2.1:1", "192.0.2.2:2"), (told.Source?.ToString(), told.Destination?.ToString()));
        Assert.Equal(room[28..written], told.Tlvs);
        Assert.NotEqual(header[28..], told.Tlvs);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B95_Version_2_tells_of_the_TLS_that_was_handled_here(bool hasCertificate)
    {
        using var authority = new TestAuthority();
        using X509Certificate2 certificate = authority.Issue("localhost"), own = authority.Issue("alice", TestAuthority.ClientUse);
        ListenOptions listen = _listen with
        {
            Tls = new TlsListenOptions(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                ClientCertificateRequired = hasCertificate,
                CertificateChainPolicy = authority.Trust,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
            }),
        };
        await using Connector connector = await Connector.ServerToSocketAsync(listen, Target(ProxyVersion.V2), Patient.Options, Cancelled);
        using TlsPeer client = await TlsPeer.ConnectAsync(connector.EndPointA!, new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = authority.Trust,
            ClientCertificates = hasCertificate ? [own] : null,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
        });

        using TestPeer upstream = await _target.AcceptAsync();
        Told told = await ReadAsync(upstream);
        string name = hasCertificate ? $"{(char)0x22}\0\u0005alice" : "";
        string details = $"{(char)0x21}\0\u0007TLSv1.3{(char)0x23}\0\u0016{client.Stream.NegotiatedCipherSuite}{name}";
        string verdict = hasCertificate ? "\a\0\0\0\0" : "\u0001\0\0\0\u0001";
        Assert.Equal(client.Peer.LocalEndPoint, told.Source);
        Assert.Equal($"\u0001\0\u0002h2\u0002\0\tlocalhost{(char)0x20}\0{(char)(details.Length + 5)}{verdict}{details}", Encoding.Latin1.GetString(told.Tlvs));
    }

    [Theory]
    [InlineData(ProxyVersion.V1)]
    [InlineData(ProxyVersion.V2)]
    public async Task B95_In_socket_to_server_each_client_has_a_connection_that_tells_of_it(ProxyVersion version)
    {
        await using Connector connector = await Connector.SocketToServerAsync(Target(version), _listen, Patient.Options, Cancelled);
        using (TestPeer trial = await _target.AcceptAsync())
        {
            Assert.Empty(await trial.ReadToEndAsync());
        }

        for (int i = 0; i < 2; i++)
        {
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointB!);
            using TestPeer upstream = await _target.AcceptAsync();
            Assert.Equal(client.LocalEndPoint, (await ReadAsync(upstream)).Source);
        }
    }

    [Fact]
    public async Task B95_In_socket_to_socket_each_is_told_of_the_other()
    {
        using var other = new TestServer();
        await using Connector connector = await Connector.SocketToSocketAsync(
            Target(ProxyVersion.V1), new ConnectOptions(other.EndPoint) { SendProxy = ProxyVersion.V2 }, Patient.Options, Cancelled);
        using TestPeer a = await _target.AcceptAsync(), b = await other.AcceptAsync();
        Assert.Equal(other.EndPoint, (await ReadAsync(a)).Source);
        Assert.Equal(_target.EndPoint, (await ReadAsync(b)).Source);
    }

    [Theory]
    [InlineData(ProxyVersion.V1, "PROXY UNKNOWN\r\n")]
    [InlineData(ProxyVersion.V2, "\r\n\r\n\0\r\nQUIT\n\x20\0\0\0")]
    public async Task B95_What_is_dialled_for_nobody_is_told_so(ProxyVersion version, string expected)
    {
        await using var dialer = new PeerDialer(Patient.Options);
        Task<Peer> dialling = dialer.ConnectAsync(Side.B, Target(version), cancellationToken: Cancelled);
        using TestPeer upstream = await _target.AcceptAsync();
        using Peer peer = await dialling.InTimeAsync();
        Assert.Equal(expected, Encoding.Latin1.GetString(await upstream.ReadAsync(expected.Length)));
    }

    [Fact]
    public async Task B95_A_transport_of_a_users_own_is_told_too()
    {
        var place = new MemoryEndPoint("b");
        await using Connector connector = await Connector.ServerToSocketAsync(_listen, new ConnectOptions(place) { SendProxy = ProxyVersion.V1 }, Patient.Options, Cancelled);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await using MemoryEnd upstream = await place.AcceptAsync();
        var (from, to) = ((IPEndPoint)client.LocalEndPoint, (IPEndPoint)connector.EndPointA!);
        byte[] expected = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"PROXY TCP4 {from.Address} {to.Address} {from.Port} {to.Port}\r\n"));
        byte[] told = new byte[expected.Length];
        await upstream.ReadExactlyAsync(told, Cancelled).AsTask().InTimeAsync();
        Assert.Equal(expected, told);
    }

    [Fact]
    public async Task B95_A_peer_that_is_dialled_for_another_is_told_of_that()
    {
        ListenOptions listen = _listen with { AcceptProxyFrom = [IPNetwork.Parse("127.0.0.0/8")] };
        await using PeerListener listener = await PeerListener.ListenAsync(Side.A, listen, Patient.Options, Cancelled);
        await using var dialer = new PeerDialer(Patient.Options);
        using TestPeer balancer = await TestPeer.ConnectAsync(listener.EndPoints[0]);
        await balancer.WriteAsync("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n");
        using Peer peer = await listener.AcceptAsync(Cancelled).AsTask().InTimeAsync() ?? throw new InvalidOperationException("none came");
        using Peer dialled = await dialer.ConnectAsync(Side.B, Target(ProxyVersion.V2), peer, Cancelled).InTimeAsync();
        using TestPeer upstream = await _target.AcceptAsync();
        Assert.Equal(IPEndPoint.Parse("192.0.2.1:56324"), (await ReadAsync(upstream)).Source);
    }

    [Fact]
    public async Task B95_A_verifier_comes_behind_it()
    {
        ConnectOptions target = Target(ProxyVersion.V1) with { AuthVerifier = Verifiers.Challenge("who goes there?\n", "friend\n") };
        await using Connector connector = await Connector.ServerToSocketAsync(_listen, target, Patient.Options, Cancelled);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer upstream = await _target.AcceptAsync();
        Assert.Equal(client.LocalEndPoint, (await ReadAsync(upstream)).Source);
        Assert.Equal("who goes there?\n", await upstream.ReadTextAsync(16));
    }

    [Fact]
    public void A_version_that_there_is_not_is_the_callers_mistake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConnectOptions(1) { SendProxy = (ProxyVersion)3 });

    public void Dispose() => _target.Dispose();

    private ConnectOptions Target(ProxyVersion version) => new(_target.EndPoint) { SendProxy = version };

    /// <summary>Its checksum, the second TLV, is set to what makes it right.</summary>
    private static byte[] Checked(byte[] header)
    {
        const int At = 28 + 4 + 3;
        header.AsSpan(At, 4).Clear();
        uint crc = ~0u;
        foreach (byte one in header)
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, one);
        }

        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(At), ~crc);
        return header;
    }

    /// <summary>One byte after the other, so that nothing behind the header is taken.</summary>
    private static async Task<Told> ReadAsync(TestPeer peer)
    {
        var bytes = new List<byte>();
        while (true)
        {
            bytes.AddRange(await peer.ReadAsync(1));
            switch (ProxyHeader.Parse(new ReadOnlySequence<byte>([.. bytes]), out ProxyHeader header, out ProxyHeaderError error))
            {
                case OperationStatus.Done:
                    return new Told(header.Version, header.Source, header.Destination, header.Tlvs.Bytes.ToArray());
                case OperationStatus.InvalidData:
                    throw new InvalidOperationException($"no header: {error}: {Encoding.Latin1.GetString([.. bytes])}");
            }
        }
    }

    private sealed record Told(int Version, EndPoint? Source, EndPoint? Destination, byte[] Tlvs);
}
