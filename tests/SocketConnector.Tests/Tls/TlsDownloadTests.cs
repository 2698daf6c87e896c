using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Tls;

/// <summary>Certificates that name where more is to be had: their issuer, a responder, a revocation list.</summary>
public sealed class TlsDownloadTests : IDisposable
{
    private readonly TlsFixture _tls = new();
    private readonly TestAuthority _stranger = new("Stranger");
    private readonly TestServer _named = new();

    [Fact]
    public async Task B92_Nothing_is_fetched_that_the_certificate_of_a_client_names()
    {
        using X509Certificate2 certificate = Issue("client", TestAuthority.ClientUse);
        ListenOptions listening = TlsFixture.Plain with
        {
            Tls = new TlsListenOptions(new SslServerAuthenticationOptions { ServerCertificate = _tls.Certificate, ClientCertificateRequired = true }),
        };
        await using Connector connector = await _tls.StartOutsideAsync(listening: listening);
        Assert.Equal(TlsRefusal.End, await TlsRefusal.OfClientAsync(connector.EndPointA!, new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            CertificateChainPolicy = _tls.Authority.Trust,
            ClientCertificateContext = Alone(certificate),
        }));
        Assert.Equal("its certificate (CN=client) was issued by an unknown authority", (await _tls.RefusedAsync()).Detail);
        await NothingWasFetchedAsync();
    }

    [Fact]
    public async Task B92_Nothing_is_fetched_that_the_certificate_of_a_target_names()
    {
        using X509Certificate2 certificate = Issue("localhost", TestAuthority.ServerUse);
        ConnectOptions connecting = _tls.PlainTarget with { Tls = new TlsConnectOptions(new SslClientAuthenticationOptions { TargetHost = "localhost" }) };
        await using Connector connector = await _tls.StartInsideAsync(connecting: connecting);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        Assert.Equal(TlsRefusal.End, await TlsRefusal.OfServerAsync(await _tls.Target.AcceptAsync(), new SslServerAuthenticationOptions { ServerCertificateContext = Alone(certificate) }));
        Assert.Equal("its certificate (CN=localhost) was issued by an unknown authority", (await _tls.RefusedAsync()).Detail);
        await NothingWasFetchedAsync();
    }

    public void Dispose()
    {
        _named.Dispose();
        _stranger.Dispose();
        _tls.Dispose();
    }

    private X509Certificate2 Issue(string name, System.Security.Cryptography.Oid use)
    {
        string url = $"http://{_named.EndPoint}/";
        return _stranger.Issue(
            name,
            use,
            from: null,
            until: null,
            new X509AuthorityInformationAccessExtension(ocspUris: [url + "ocsp"], caIssuersUris: [url + "issuer.cer"]),
            CertificateRevocationListBuilder.BuildCrlDistributionPointExtension([url + "list.crl"]));
    }

    /// <summary>Shown without its issuer, which the test's own end does not fetch either.</summary>
    private static SslStreamCertificateContext Alone(X509Certificate2 certificate) => SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);

    /// <summary>The first that comes to the server that the certificate names is the test's own.</summary>
    private async Task NothingWasFetchedAsync()
    {
        using TestPeer own = await TestPeer.ConnectAsync(_named.EndPoint);
        using TestPeer first = await _named.AcceptAsync();
        Assert.Equal(own.LocalEndPoint, first.Socket.RemoteEndPoint);
    }
}
