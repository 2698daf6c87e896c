using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SocketConnector.Bench.Relays;

/// <summary>One certificate for all relays, of an ECDSA key on P-256, in the files that they want.</summary>
internal sealed record TlsFiles(string Certificate, string Key, string Both)
{
    /// <summary>Where they are, as cert.pem and key.pem.</summary>
    public string Folder => Path.GetDirectoryName(Certificate)!;

    public static TlsFiles CreateIn(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        (string certificatePem, string keyPem) = (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
        return new TlsFiles(Write(folder, "cert.pem", certificatePem), Write(folder, "key.pem", keyPem), Write(folder, "both.pem", certificatePem + keyPem));
    }

    private static string Write(string folder, string name, string text)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
