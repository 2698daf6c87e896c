using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace SocketConnector.Rendezvous.EndToEnd;

/// <summary>How TLS is spoken between two ends: 1.3 alone, certificates on both sides, nothing resumed and nothing looked up.</summary>
internal static class EndTls
{
    private static readonly SslApplicationProtocol _protocol = new("scr/1");

    public static Task AuthenticateAsync(SslStream tls, bool isServer, EndCertificate mine, CancellationToken cancellationToken) => isServer
        ? tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = mine.Context,
                ClientCertificateRequired = true,
                EnabledSslProtocols = SslProtocols.Tls13,
                ApplicationProtocols = [_protocol],
                AllowTlsResume = false,
                AllowRenegotiation = false,
                CertificateChainPolicy = NothingLookedUp(),
                RemoteCertificateValidationCallback = IsThere,
            },
            cancellationToken)
        : tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                // Without a name, no server name is told to the relay.
                TargetHost = "",
                ClientCertificateContext = mine.Context,
                EnabledSslProtocols = SslProtocols.Tls13,
                ApplicationProtocols = [_protocol],
                AllowTlsResume = false,
                AllowRenegotiation = false,
                CertificateChainPolicy = NothingLookedUp(),
                RemoteCertificateValidationCallback = IsThere,
            },
            cancellationToken);

    /// <returns>The other end's certificate, as DER.</returns>
    /// <exception cref="AuthenticationException">It speaks something else inside TLS.</exception>
    public static byte[] OtherCertificate(SslStream tls) => tls.NegotiatedApplicationProtocol == _protocol && tls.RemoteCertificate is { } theirs
        ? theirs.GetRawCertData()
        : throw new AuthenticationException("the other end does not speak SCR/1");

    /// <summary>Any will do, but there must be one.</summary>
    private static bool IsThere(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate is not null;

    // A chain is built before the callback is asked: with no store of trust to read, and no network.
    private static X509ChainPolicy NothingLookedUp() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        VerificationFlags = X509VerificationFlags.AllFlags,
        DisableCertificateDownloads = true,
    };
}
