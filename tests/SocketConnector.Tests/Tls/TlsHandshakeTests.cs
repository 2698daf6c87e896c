using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Tls;

/// <summary>Who gets through a handshake, and what is said of one who does not.</summary>
public sealed class TlsHandshakeTests : IDisposable
{
    private static readonly string _yesterday = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    private static readonly string _tomorrow = TimeProvider.System.GetUtcNow().AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _stranger = new("Stranger");
    private readonly TestServer _target = new();
    private readonly Channel<ConnectionEvent> _events = Channel.CreateUnbounded<ConnectionEvent>();
    private readonly X509Certificate2 _certificate;

    public TlsHandshakeTests() => _certificate = _authority.Issue("localhost");

    public static TheoryData<string, string> Certificates => new()
    {
        { "expired", $"its certificate (CN=localhost) expired on {_yesterday}" },
        { "early", $"its certificate (CN=localhost) is not valid before {_tomorrow}" },
        { "self-signed", "its certificate (CN=localhost) is self-signed and not trusted" },
        { "untrusted", "its certificate (CN=localhost) was issued by an unknown authority" },
        { "other use", "its certificate (CN=localhost) is not valid for this use" },
        { "other name", "its certificate (CN=elsewhere) is not for localhost" },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ConnectorOptions Options => Patient.Options with { Events = _events.Writer };

    [Theory]
    [MemberData(nameof(Certificates))]
    public async Task B92_A_target_whose_certificate_will_not_do_is_refused_in_words_and_sees_an_end(string kind, string expected)
    {
        using X509Certificate2 certificate = Certificate(kind, TestAuthority.ServerUse, TestAuthority.ClientUse);
        var connecting = new ConnectOptions(_target.EndPoint)
        {
            Tls = new TlsConnectOptions(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _authority.Trust }),
        };
        await using Connector connector = await Connector.ServerToSocketAsync(new ListenOptions(IPAddress.Loopback, 0), connecting, Options, Cancelled);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        Assert.Equal(TlsRefusal.End, await TlsRefusal.OfServerAsync(await _target.AcceptAsync(), new SslServerAuthenticationOptions { ServerCertificate = certificate }));

        ConnectionEvent refused = await RefusedAsync();
        Assert.Equal((CloseReason.TlsFailed, Side.B, expected), (refused.Closed!.Reason, refused.Closed.Side, refused.Detail));
        Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);
    }

    [Theory]
    [MemberData(nameof(Certificates))]
    public async Task B92_A_client_whose_certificate_will_not_do_is_refused_in_words(string kind, string expected)
    {
        using X509Certificate2 certificate = Certificate(kind, TestAuthority.ClientUse, TestAuthority.ServerUse);
        await using Connector connector = await StartAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate, ClientCertificateRequired = true, CertificateChainPolicy = _authority.Trust });
        if (kind == "other name")
        {
            // A client's certificate is for whoever holds it.
            using TlsPeer welcome = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority, certificate);
            using TestPeer upstream = await _target.AcceptAsync();
            await welcome.WriteAsync("hello");
            Assert.Equal("hello", await upstream.ReadTextAsync(5));
            return;
        }

        Assert.Equal(TlsRefusal.End, await TlsRefusal.OfClientAsync(connector.EndPointA!, Client(certificate)));
        ConnectionEvent refused = await RefusedAsync();
        Assert.Equal((CloseReason.TlsFailed, Side.A, expected), (refused.Closed!.Reason, refused.Closed.Side, refused.Detail));
        Assert.False(_target.HasWaiting, "it was dialled for");
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task B92_A_client_without_a_certificate_is_refused_where_one_is_required(SslProtocols version)
    {
        await using Connector connector = await StartAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate, ClientCertificateRequired = true, CertificateChainPolicy = _authority.Trust });
        Assert.Equal(TlsRefusal.End, await TlsRefusal.OfClientAsync(connector.EndPointA!, Client(versions: version)));
        Assert.Equal("the peer presented no certificate", (await RefusedAsync()).Detail);
    }

    [Fact]
    public async Task B92_A_client_that_does_not_speak_TLS_is_refused_and_told_nothing()
    {
        await using Connector connector = await StartAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate });
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await client.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        (byte[] told, SocketError? end) = await client.ReadToWhateverEndAsync();
        Assert.Equal(("", null), (Convert.ToHexString(told), end));
        ConnectionEvent refused = await RefusedAsync();
        Assert.Equal((CloseReason.TlsFailed, Side.A, "the peer does not speak TLS"), (refused.Closed!.Reason, refused.Closed.Side, refused.Detail));
    }

    [Fact]
    public async Task B92_Sides_that_speak_no_common_version_say_so()
    {
        await using Connector connector = await StartAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate, EnabledSslProtocols = SslProtocols.Tls13 });
        Assert.Equal(TlsRefusal.EndAfter("protocol version"), await TlsRefusal.OfClientAsync(connector.EndPointA!, Client(versions: SslProtocols.Tls12)));
        Assert.Equal("no TLS version in common", (await RefusedAsync()).Detail);
    }

    [Fact]
    public async Task B92_A_client_that_refuses_the_certificate_without_an_alert_is_joined_already_and_then_truncated()
    {
        await using Connector connector = await StartAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate, EnabledSslProtocols = SslProtocols.Tls13 });
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await using var tls = new SslStream(new NetworkStream(client.Socket, ownsSocket: false));
        await Assert.ThrowsAsync<AuthenticationException>(() => tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _stranger.Trust }, Cancelled));
        using TestPeer upstream = await _target.AcceptAsync();
        await NextAsync(ConnectionEventKind.Joined);
        client.EndHalf();
        (byte[] sent, SocketError? error) = await upstream.ReadToWhateverEndAsync();
        Assert.Equal((0, SocketError.ConnectionReset), (sent.Length, error));
        CloseInfo closed = (await NextAsync(ConnectionEventKind.Closed)).Closed!;
        Assert.Equal((CloseReason.Truncated, Side.A), (closed.Reason, closed.Side));
    }

    [Fact]
    public async Task B92_A_client_that_leaves_inside_the_handshake_is_told_as_one_that_left()
    {
        await using Connector connector = await StartAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate });
        using (TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!))
        {
            await client.WriteAsync(new byte[] { 0x16, 3, 1, 2, 0, 1 });
            client.EndHalf();
            await client.ReadToWhateverEndAsync();
        }

        ConnectionEvent refused = await RefusedAsync();
        Assert.Equal((CloseReason.PeerReset, Side.A), (refused.Closed!.Reason, refused.Closed.Side));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\x16\x03\x01\x02")]
    public async Task B92_A_silent_client_is_waited_for_until_the_deadline_and_no_longer(string sent)
    {
        var clock = new ManualClock();
        await using Connector connector = await StartAsync(new SslServerAuthenticationOptions { ServerCertificate = _certificate }, Options with { TimeProvider = clock });
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await client.WriteAsync(sent);
        await Eventually.TrueAsync(() => clock.Delays.Contains(Options.AdmissionTimeout));
        clock.Advance(Options.AdmissionTimeout);
        ConnectionEvent refused = await RefusedAsync();
        Assert.Equal((CloseReason.AdmissionTimeout, Side.A), (refused.Closed!.Reason, refused.Closed.Side));
        Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);
    }

    [Fact]
    public async Task B92_The_certificate_follows_the_name_that_the_client_asks_for_and_protocols_are_settled()
    {
        using X509Certificate2 other = _authority.Issue("other.test");
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0)
            {
                Tls = new TlsListenOptions((_, hello, _, _) => ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificate = hello.ServerName == "other.test" ? other : _certificate,
                    ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                })),
            },
            new ConnectOptions(_target.EndPoint),
            Options,
            Cancelled);
        using TlsPeer client = await TlsPeer.ConnectAsync(connector.EndPointA!, new SslClientAuthenticationOptions
        {
            TargetHost = "other.test",
            CertificateChainPolicy = _authority.Trust,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        });
        using TestPeer upstream = await _target.AcceptAsync();
        Assert.Equal(other.Thumbprint, ((X509Certificate2)client.Stream.RemoteCertificate!).Thumbprint);
        ConnectionEvent joined = await NextAsync(ConnectionEventKind.Joined);
        Assert.Equal(("other.test", SslApplicationProtocol.Http11), (joined.PeerA!.Tls!.ServerName, joined.PeerA.Tls.ApplicationProtocol));
    }

    [Fact]
    public async Task B92_A_selection_that_throws_is_this_programs_fault_and_costs_that_peer_alone()
    {
        int calls = 0;
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0)
            {
                Tls = new TlsListenOptions((_, _, _, _) => Interlocked.Increment(ref calls) == 1
                    ? throw new TimeoutException("no options today")
                    : ValueTask.FromResult(new SslServerAuthenticationOptions { ServerCertificate = _certificate })),
            },
            new ConnectOptions(_target.EndPoint),
            Options,
            Cancelled);
        Assert.Equal(TlsRefusal.End, await TlsRefusal.OfClientAsync(connector.EndPointA!, Client()));
        ConnectionEvent refused = await RefusedAsync();
        Assert.Equal((CloseReason.AuthFailed, null, "no options today"), (refused.Closed!.Reason, refused.Closed.Side, refused.Detail));
        using TlsPeer second = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority);
    }

    [Fact]
    public async Task B92_Each_of_several_targets_is_asked_for_by_its_own_name()
    {
        using X509Certificate2 byAddress = _authority.Issue("127.0.0.1");
        var connecting = new ConnectOptions([new DnsEndPoint("localhost", _target.Port), _target.EndPoint])
        {
            Tls = new TlsConnectOptions(new SslClientAuthenticationOptions { CertificateChainPolicy = _authority.Trust }),
        };
        await using Connector connector = await Connector.ServerToSocketAsync(new ListenOptions(IPAddress.Loopback, 0), connecting, Options, Cancelled);
        foreach (X509Certificate2 certificate in (X509Certificate2[])[_certificate, byAddress])
        {
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
            using TlsPeer upstream = await TlsPeer.AcceptAsync(await _target.AcceptAsync(), certificate);
            await upstream.WriteAsync("hello");
            Assert.Equal("hello", await client.ReadTextAsync(5));
        }
    }

    [Fact]
    public void A_side_that_listens_needs_a_certificate()
    {
        Assert.Throws<ArgumentException>(() => new TlsListenOptions(new SslServerAuthenticationOptions()));
        Assert.Throws<ArgumentException>(() => new TlsListenOptions(new TlsCertificateFiles("a.pem"), new SslServerAuthenticationOptions { ServerCertificate = _certificate }));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
        _stranger.Dispose();
        _target.Dispose();
    }

    private X509Certificate2 Certificate(string kind, System.Security.Cryptography.Oid use, System.Security.Cryptography.Oid otherUse) => kind switch
    {
        "expired" => _authority.Issue("localhost", use, TimeSpan.FromDays(-2), TimeSpan.FromDays(-1)),
        "early" => _authority.Issue("localhost", use, TimeSpan.FromDays(1), TimeSpan.FromDays(2)),
        "self-signed" => TestAuthority.SelfSigned("localhost", use),
        "untrusted" => _stranger.Issue("localhost", use),
        "other use" => _authority.Issue("localhost", otherUse),
        _ => _authority.Issue("elsewhere", use),
    };

    private SslClientAuthenticationOptions Client(X509Certificate2? own = null, SslProtocols versions = SslProtocols.None) => new()
    {
        TargetHost = "localhost",
        CertificateChainPolicy = _authority.Trust,
        ClientCertificates = own is null ? null : [own],
        EnabledSslProtocols = versions,
    };

    private Task<Connector> StartAsync(SslServerAuthenticationOptions authentication, ConnectorOptions? options = null) => Connector.ServerToSocketAsync(
        new ListenOptions(IPAddress.Loopback, 0) { Tls = new TlsListenOptions(authentication) }, new ConnectOptions(_target.EndPoint), options ?? Options, Cancelled);

    private Task<ConnectionEvent> RefusedAsync() => NextAsync(ConnectionEventKind.Refused);

    private async Task<ConnectionEvent> NextAsync(ConnectionEventKind kind)
    {
        ConnectionEvent next = await _events.Reader.ReadAsync(Cancelled).AsTask().InTimeAsync();
        return next.Kind == kind ? next : await NextAsync(kind);
    }
}
