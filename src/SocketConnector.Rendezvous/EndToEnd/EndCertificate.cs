using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SocketConnector.Rendezvous.EndToEnd;

/// <summary>A self-signed certificate made for this process. It carries no identity: ends authenticate each other by proofs inside TLS.</summary>
internal sealed class EndCertificate
{
    private static readonly Lazy<EndCertificate> _ofProcess = new(static () => new EndCertificate());

    // RFC 5280, section 4.1.2.5: no well-defined expiration. Nothing looks at it, and a process may live long.
    private static readonly DateTimeOffset _begin = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset _end = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    public EndCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        X509Certificate2 certificate = new CertificateRequest("CN=SCR/1 end", key, HashAlgorithmName.SHA256).CreateSelfSigned(_begin, _end);
        if (OperatingSystem.IsWindows())
        {
            // Schannel takes no key that is in memory alone.
            using X509Certificate2 ephemeral = certificate;
            certificate = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pfx), password: null);
        }

        Der = certificate.RawData;
        Context = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
    }

    /// <summary>Made when it is first needed.</summary>
    public static EndCertificate OfProcess => _ofProcess.Value;

    public SslStreamCertificateContext Context { get; }

    public byte[] Der { get; }
}
