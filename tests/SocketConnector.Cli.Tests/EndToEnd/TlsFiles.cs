using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>An authority's certificates in files, as programs take them.</summary>
internal sealed class TlsFiles : IDisposable
{
    private readonly TestAuthority _authority = new();

    public TlsFiles()
    {
        Authority = Path.Combine(Folder, "ca.pem");
        File.WriteAllText(Authority, _authority.Certificate.ExportCertificatePem());
        (Certificate, Key) = Write("server", _authority.Issue("localhost"));
        (ClientCertificate, ClientKey) = Write("client", _authority.Issue("client", TestAuthority.ClientUse));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("tls").FullName;

    public string Authority { get; }

    /// <summary>For localhost.</summary>
    public string Certificate { get; }

    public string Key { get; }

    public string ClientCertificate { get; }

    public string ClientKey { get; }

    /// <summary>A side that listens, with further options.</summary>
    public string Listen(string options = "") => $"tls:127.0.0.1:0,cert={Certificate},key={Key}{options}";

    /// <summary>A side that connects out to this port, with further options.</summary>
    public string Connect(int port, string options = "") => string.Create(null, $"tls:127.0.0.1:{port},server-name=localhost,ca={Authority}{options}");

    /// <summary>A new certificate for localhost in the place of the one before.</summary>
    /// <returns>Its serial number.</returns>
    public string Renew()
    {
        using X509Certificate2 renewed = _authority.Issue("localhost");
        string next = Directory.CreateDirectory(Path.Combine(Folder, "next")).FullName;
        (string certificate, string key) = TestAuthority.Write(renewed, next);
        File.Move(certificate, Certificate, overwrite: true);
        File.Move(key, Key, overwrite: true);
        return renewed.SerialNumber;
    }

    /// <summary>SHA-256 of the key of a certificate in a file, as pin= takes it.</summary>
    public static string Pin(string certificate)
    {
        using X509Certificate2 loaded = X509CertificateLoader.LoadCertificateFromFile(certificate);
        return $"sha256:{Convert.ToBase64String(SHA256.HashData(loaded.PublicKey.ExportSubjectPublicKeyInfo()))}";
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private (string Certificate, string Key) Write(string name, X509Certificate2 certificate)
    {
        using (certificate)
        {
            return TestAuthority.Write(certificate, Directory.CreateDirectory(Path.Combine(Folder, name)).FullName);
        }
    }
}
