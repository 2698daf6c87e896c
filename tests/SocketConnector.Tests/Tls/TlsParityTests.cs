using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Tls;

/// <summary>Choices that each side has: clients that may show a certificate, keys that are trusted, protocols inside, sessions that are resumed.</summary>
public sealed class TlsParityTests : IDisposable
{
    private readonly TlsFixture _tls = new();
    private readonly TestAuthority _stranger = new("Stranger");

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task B92_A_client_that_may_show_a_certificate_is_let_in_with_one_and_without(SslProtocols version)
    {
        using X509Certificate2 own = _tls.Authority.Issue("client", TestAuthority.ClientUse);
        await using Connector connector = await StartRequestingAsync(version);
        foreach (X509Certificate2? shown in (X509Certificate2?[])[null, own])
        {
            using TlsPeer client = await TlsPeer.ConnectAsync(connector.EndPointA!, _tls.Authority, shown);
            using TestPeer upstream = await _tls.Target.AcceptAsync();
            await client.WriteAsync("hello");
            Assert.Equal("hello", await upstream.ReadTextAsync(5));
            Assert.Equal(shown?.Thumbprint, (await _tls.JoinedAsync()).PeerA!.Tls!.Certificate?.Thumbprint);
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task B92_A_client_that_need_not_show_a_certificate_is_refused_with_a_wrong_one(SslProtocols version)
    {
        using X509Certificate2 wrong = _stranger.Issue("client", TestAuthority.ClientUse);
        await using Connector connector = await StartRequestingAsync(version);
        var asking = new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _tls.Authority.Trust, ClientCertificates = [wrong] };
        Assert.Equal(TlsRefusal.End, await TlsRefusal.OfClientAsync(connector.EndPointA!, asking));
        Assert.Equal("its certificate (CN=client) was issued by an unknown authority", (await _tls.RefusedAsync()).Detail);
        Assert.False(_tls.Target.HasWaiting, "it was dialled for");
    }

    [Theory]
    [InlineData("pinned", null)]
    [InlineData("other key", "its certificate (CN=elsewhere) is self-signed and not trusted")]
    public async Task B92_A_target_is_trusted_by_its_key_alone(string kind, string? words)
    {
        using X509Certificate2 certificate = TestAuthority.SelfSigned("elsewhere"), other = TestAuthority.SelfSigned("elsewhere");
        byte[] pin = SHA256.HashData((kind == "pinned" ? certificate : other).PublicKey.ExportSubjectPublicKeyInfo());
        ConnectOptions connecting = _tls.PlainTarget with
        {
            Tls = new TlsConnectOptions(new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is X509Certificate2 it && SHA256.HashData(it.PublicKey.ExportSubjectPublicKeyInfo()).AsSpan().SequenceEqual(pin),
            }),
        };
        await using Connector connector = await _tls.StartInsideAsync(connecting: connecting);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        TestPeer accepted = await _tls.Target.AcceptAsync();
        if (words is null)
        {
            using TlsPeer upstream = await TlsPeer.AcceptAsync(accepted, certificate);
            Assert.Equal(certificate.Thumbprint, (await _tls.JoinedAsync()).PeerB!.Tls!.Certificate!.Thumbprint);
        }
        else
        {
            Assert.Equal(TlsRefusal.End, await TlsRefusal.OfServerAsync(accepted, new SslServerAuthenticationOptions { ServerCertificate = certificate }));
            Assert.Equal(words, (await _tls.RefusedAsync()).Detail);
        }
    }

    [Fact]
    public async Task B92_A_client_that_speaks_no_common_protocol_inside_is_refused()
    {
        ListenOptions listening = TlsFixture.Plain with
        {
            Tls = new TlsListenOptions(new SslServerAuthenticationOptions { ServerCertificate = _tls.Certificate, ApplicationProtocols = [SslApplicationProtocol.Http2] }),
        };
        await using Connector connector = await _tls.StartOutsideAsync(listening: listening);
        Assert.Equal(TlsRefusal.EndAfter("no application protocol"), await TlsRefusal.OfClientAsync(connector.EndPointA!, new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = _tls.Authority.Trust,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        }));
        ConnectionEvent refused = await _tls.RefusedAsync();
        Assert.Equal((CloseReason.TlsFailed, Side.A), (refused.Closed!.Reason, refused.Closed.Side));
        Assert.Equal("no ALPN protocol in common", refused.Detail);

        // One that asks for none is none's enemy.
        using TlsPeer other = await _tls.ConnectAsync(connector);
    }

    [Fact]
    public async Task B92_A_target_that_speaks_no_common_protocol_inside_is_told_as_such()
    {
        ConnectOptions connecting = _tls.PlainTarget with
        {
            Tls = new TlsConnectOptions(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                CertificateChainPolicy = _tls.Authority.Trust,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
            }),
        };
        await using Connector connector = await _tls.StartInsideAsync(connecting: connecting);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        var answering = new SslServerAuthenticationOptions { ServerCertificate = _tls.Certificate, ApplicationProtocols = [SslApplicationProtocol.Http11] };
        TestPeer accepted = await _tls.Target.AcceptAsync();
        await Assert.ThrowsAsync<AuthenticationException>(() => TlsPeer.AcceptAsync(accepted, answering));
        Assert.Equal("no ALPN protocol in common", (await _tls.RefusedAsync()).Detail);
    }

    [Fact]
    public async Task B92_A_session_that_was_begun_without_a_check_is_no_way_around_one()
    {
        using X509Certificate2 wrong = _stranger.Issue("localhost");
        SslStreamCertificateContext context = SslStreamCertificateContext.Create(wrong, additionalCertificates: null, offline: true);
        var careless = new TlsConnectOptions(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = static (_, shown, _, _) => shown is not null });
        foreach (bool isChecked in (bool[])[false, false, true])
        {
            await using Connector connector = await _tls.StartInsideAsync(connecting: isChecked ? _tls.Connecting : _tls.PlainTarget with { Tls = careless });
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
            using TestPeer accepted = await _tls.Target.AcceptAsync();
            using TlsPeer upstream = await TlsPeer.AcceptAsync(accepted, new SslServerAuthenticationOptions { ServerCertificateContext = context });
            if (isChecked)
            {
                Assert.Equal("its certificate (CN=localhost) was issued by an unknown authority", (await _tls.RefusedAsync()).Detail);
            }
            else
            {
                // The tickets come with the first bytes.
                await upstream.WriteAsync("hello");
                Assert.Equal("hello", await client.ReadTextAsync(5));
            }
        }
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task B92_A_client_that_comes_again_shows_its_certificate_again(SslProtocols version)
    {
        using var between = new TestAuthority("Between", issuer: _tls.Authority);
        using X509Certificate2 own = between.Issue("client", TestAuthority.ClientUse);
        await using Connector connector = await StartRequestingAsync(version);
        var showing = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = _tls.Authority.Trust,
            ClientCertificateContext = SslStreamCertificateContext.Create(own, [between.Certificate], offline: true),
        };
        for (int i = 0; i < 2; i++)
        {
            // A resumed session would have the certificate, but not the one between it and the authority that is trusted.
            using TlsPeer client = await TlsPeer.ConnectAsync(connector.EndPointA!, showing);
            Assert.Equal(own.Thumbprint, (await _tls.JoinedAsync()).PeerA!.Tls!.Certificate?.Thumbprint);

            // The tickets come with the first bytes.
            using TestPeer upstream = await _tls.Target.AcceptAsync();
            await upstream.WriteAsync("hello");
            Assert.Equal("hello", await client.ReadTextAsync(5));
        }
    }

    [Fact]
    public async Task B92_What_was_settled_can_be_looked_at_after_the_end()
    {
        await using Connector connector = await _tls.StartInsideAsync();
        (TestPeer client, TlsPeer upstream) = await _tls.ConnectInsideAsync(connector);
        Peer peer = (await _tls.JoinedAsync()).PeerB!;
        client.Dispose();
        upstream.Dispose();
        await _tls.ClosedAsync();
        Assert.Equal("CN=localhost", peer.Tls!.Certificate!.Subject);
        Assert.Equal("localhost", peer.Tls.ServerName);
    }

    public void Dispose()
    {
        _stranger.Dispose();
        _tls.Dispose();
    }

    private Task<Connector> StartRequestingAsync(SslProtocols version) => _tls.StartOutsideAsync(listening: TlsFixture.Plain with
    {
        Tls = new TlsListenOptions(new SslServerAuthenticationOptions
        {
            ServerCertificate = _tls.Certificate,
            ClientCertificateRequired = true,
            CertificateChainPolicy = _tls.Authority.Trust,
            EnabledSslProtocols = version,
            RemoteCertificateValidationCallback = static (_, shown, _, errors) => shown is null || errors == SslPolicyErrors.None,
        }),
    });
}
