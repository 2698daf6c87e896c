using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace SocketConnector.Tls;

/// <summary>Copies a user's options, which are theirs to change, and fetches nothing on a peer's word unless they say so.</summary>
internal static class TlsOptionsCopy
{
    public static SslServerAuthenticationOptions Of(SslServerAuthenticationOptions from) => new()
    {
        AllowRenegotiation = from.AllowRenegotiation,

        // A resumed session does not keep the certificates between that the client had sent.
        AllowTlsResume = from.AllowTlsResume && !from.ClientCertificateRequired,
        ApplicationProtocols = from.ApplicationProtocols is null ? null : [.. from.ApplicationProtocols],
        CertificateChainPolicy = from.CertificateChainPolicy ?? Offline(from.CertificateRevocationCheckMode),
        CertificateRevocationCheckMode = from.CertificateRevocationCheckMode,
        CipherSuitesPolicy = from.CipherSuitesPolicy,
        ClientCertificateRequired = from.ClientCertificateRequired,
        EnabledSslProtocols = from.EnabledSslProtocols,
        EncryptionPolicy = from.EncryptionPolicy,
        RemoteCertificateValidationCallback = from.RemoteCertificateValidationCallback,
        ServerCertificate = from.ServerCertificateContext is null ? from.ServerCertificate : null,
        ServerCertificateContext = from.ServerCertificateContext,
        ServerCertificateSelectionCallback = from.ServerCertificateSelectionCallback is { } select ? (sender, name) => Guarded(() => select(sender, name)) : null,
    };

    public static SslClientAuthenticationOptions Of(SslClientAuthenticationOptions from) => new()
    {
        AllowRenegotiation = from.AllowRenegotiation,
        AllowTlsResume = from.AllowTlsResume,
        ApplicationProtocols = from.ApplicationProtocols is null ? null : [.. from.ApplicationProtocols],
        CertificateChainPolicy = from.CertificateChainPolicy ?? Offline(from.CertificateRevocationCheckMode),
        CertificateRevocationCheckMode = from.CertificateRevocationCheckMode,
        CipherSuitesPolicy = from.CipherSuitesPolicy,
        ClientCertificateContext = from.ClientCertificateContext,
        ClientCertificates = from.ClientCertificates,
        EnabledSslProtocols = from.EnabledSslProtocols,
        EncryptionPolicy = from.EncryptionPolicy,
        LocalCertificateSelectionCallback = from.LocalCertificateSelectionCallback is { } select
            ? (sender, target, own, remote, issuers) => Guarded(() => select(sender, target, own, remote, issuers))
            : null,
        RemoteCertificateValidationCallback = from.RemoteCertificateValidationCallback,
        TargetHost = from.TargetHost,
    };

    /// <exception cref="UserCodeException">What it throws.</exception>
    private static T Guarded<T>(Func<T> select)
    {
        try
        {
            return select();
        }
        catch (Exception error) when (error is not UserCodeException)
        {
            throw new UserCodeException(error);
        }
    }

    private static X509ChainPolicy Offline(X509RevocationMode revocation) => new() { DisableCertificateDownloads = true, RevocationMode = revocation };
}
