using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;
using SocketConnector.Diagnostics;

namespace SocketConnector.Tls;

/// <summary>
/// A certificate from files that may change. Handshakes look, a few seconds apart: what a watch on a file or a directory is told depends on
/// how the files are replaced and on what file system. A look reads both files whole, and swaps only what is complete and fits together.
/// </summary>
internal sealed class CertificateSource
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);

    private readonly TlsCertificateFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private string _seen;
    private string? _doubted;
    private string? _told;
    private volatile SslStreamCertificateContext _current;
    private long _looked;

    /// <exception cref="IOException">A file cannot be read; the message names it.</exception>
    /// <exception cref="CryptographicException">They hold no certificate with its key; the message names them.</exception>
    public CertificateSource(TlsCertificateFiles files, TimeProvider time, ILogger log)
    {
        (_files, _time, _log) = (files, time, log);
        _looked = time.GetTimestamp();
        (string Certificate, string Key) pem = Read();
        _seen = Digest(pem);
        _current = Build(pem);
    }

    /// <summary>That for a handshake now.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            // One looks; the others go on with what there is.
            if (_time.GetElapsedTime(Volatile.Read(ref _looked)) >= _interval && _gate.TryEnter())
            {
                try
                {
                    Look();
                }
                finally
                {
                    _gate.Exit();
                }
            }

            return _current;
        }
    }

    private void Look()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _looked)) < _interval)
        {
            return;
        }

        Volatile.Write(ref _looked, _time.GetTimestamp());
        try
        {
            (string Certificate, string Key) now = Read();
            string digest = Digest(now);
            if (digest != _seen)
            {
                SslStreamCertificateContext next = Build(now);
                if (next.IntermediateCertificates.Count == 0 && _current.IntermediateCertificates.Count > 0 && digest != _doubted)
                {
                    // A file that is just being written may stop behind its first certificate; the next look shows whether it grows.
                    _doubted = digest;
                    return;
                }

                _current = next;
                _seen = digest;
                _log.CertificateChanged(_files.CertificatePath, _current.TargetCertificate.NotAfter.ToUniversalTime());
            }

            _told = null;
        }
        catch (Exception error) when (error is IOException or CryptographicException)
        {
            // Once, until it is well again or fails in another way.
            if (_told != error.Message)
            {
                _told = error.Message;
                _log.CertificateKept(ErrorText.Of(error));
            }
        }
    }

    private (string Certificate, string Key) Read() => (Read("certificate", _files.CertificatePath), Read("key", _files.KeyPath));

    /// <summary>Enough to see a change by; the key's text is not kept.</summary>
    private static string Digest((string Certificate, string Key) pem) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{pem.Certificate}\0{pem.Key}")));

    private static string Read(string kind, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new IOException($"Cannot read the {kind} file {path}: {FileErrorText.Of(path, error)}", error);
        }
    }

    private SslStreamCertificateContext Build((string Certificate, string Key) pem)
    {
        if (!IsComplete(pem.Certificate) || !IsComplete(pem.Key))
        {
            throw new CryptographicException($"Cannot use the certificate {Names}: it ends in the middle");
        }

        X509Certificate2 certificate;
        var further = new X509Certificate2Collection();
        try
        {
            certificate = X509Certificate2.CreateFromPem(pem.Certificate, pem.Key);
            further.ImportFromPem(pem.Certificate);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new CryptographicException($"Cannot use the certificate {Names}: {error.Message.Split(" (Parameter ")[0]}", error);
        }

        X509Certificate2[] authorities = [.. further.Where(each => !each.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span))];
        if (authorities.Length > 0 && !authorities.Any(authority => authority.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)))
        {
            throw new CryptographicException($"Cannot use the certificate {Names}: no certificate behind the first is of the authority that signed it");
        }

        return SslStreamCertificateContext.Create(certificate, [.. authorities], offline: true);
    }

    /// <summary>Whether every block has its end; one without would be passed over.</summary>
    private static bool IsComplete(ReadOnlySpan<char> pem)
    {
        int begun = pem.Count("-----BEGIN ");
        while (PemEncoding.TryFind(pem, out PemFields block))
        {
            pem = pem[block.Location.End..];
            begun--;
        }

        return begun == 0;
    }

    private string Names => _files.KeyPath == _files.CertificatePath ? _files.CertificatePath : $"{_files.CertificatePath} with the key {_files.KeyPath}";
}
