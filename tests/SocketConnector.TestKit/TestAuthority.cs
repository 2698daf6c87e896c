using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SocketConnector.TestKit;

/// <summary>An authority that signs certificates for a test, trusted by nobody else.</summary>
public sealed class TestAuthority : IDisposable
{
    public static readonly Oid ServerUse = new("1.3.6.1.5.5.7.3.1");
    public static readonly Oid ClientUse = new("1.3.6.1.5.5.7.3.2");

    private static readonly DateTimeOffset _begin = TimeProvider.System.GetUtcNow().AddDays(-30);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <param name="name">What it is called.</param>
    /// <param name="issuer">Who signs its own certificate; itself if nothing else is said.</param>
    public TestAuthority(string name = "Test authority", TestAuthority? issuer = null)
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (issuer is null)
        {
            Certificate = request.CreateSelfSigned(_begin, TimeProvider.System.GetUtcNow().AddYears(2));
            return;
        }

        using X509Certificate2 signed = request.Create(issuer.Certificate, _begin, TimeProvider.System.GetUtcNow().AddYears(1), RandomNumberGenerator.GetBytes(16));
        Certificate = signed.CopyWithPrivateKey(_key);
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>What a stream trusts that trusts this authority alone.</summary>
    public X509ChainPolicy Trust => new() { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { Certificate }, DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };

    /// <summary>Signs a certificate that has its private key.</summary>
    /// <param name="name">What it is for: a host name or an address.</param>
    /// <param name="use">What it may be used for; a server if nothing else is said.</param>
    /// <param name="from">When it begins to be in force, counted from now.</param>
    /// <param name="until">When it ends.</param>
    /// <param name="more">What else it says.</param>
    public X509Certificate2 Issue(string name, Oid? use = null, TimeSpan? from = null, TimeSpan? until = null, params X509Extension[] more)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = Request(name, key, use ?? ServerUse);
        Array.ForEach(more, request.CertificateExtensions.Add);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 signed = request.Create(Certificate, now + (from ?? TimeSpan.FromDays(-1)), now + (until ?? TimeSpan.FromDays(30)), RandomNumberGenerator.GetBytes(16));
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>One that signs itself.</summary>
    public static X509Certificate2 SelfSigned(string name, Oid? use = null, X500DistinguishedName? subject = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request(name, key, use ?? ServerUse, subject).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(30));
    }

    /// <summary>Writes it with its key to two files of PEM.</summary>
    public static (string Certificate, string Key) Write(X509Certificate2 certificate, string folder)
    {
        string certificatePath = Path.Combine(folder, "tls.crt"), keyPath = Path.Combine(folder, "tls.key");
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (certificatePath, keyPath);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private static CertificateRequest Request(string name, ECDsa key, Oid use, X500DistinguishedName? subject = null)
    {
        var request = new CertificateRequest(subject ?? new X500DistinguishedName($"CN={name}"), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out IPAddress? address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([use], critical: false));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: false));
        return request;
    }
}
