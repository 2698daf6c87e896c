namespace SocketConnector;

/// <summary>A certificate and its private key in files of PEM (RFC 7468), used anew when they change.</summary>
/// <remarks>
/// The files are read when the side starts, and looked at again by a handshake that comes more than five seconds after the last look, so
/// that it does not matter how they are replaced: rewritten, renamed over, or behind a link to a directory that is swapped. A pair that
/// cannot be read, or does not fit together, is reported as a warning, and the one before stays. Connections live on.
/// </remarks>
public sealed record TlsCertificateFiles
{
    /// <summary>Names the files.</summary>
    /// <param name="certificatePath">The certificate, and behind it those of the authorities up to the root, which itself may be missing.</param>
    /// <param name="keyPath">Its private key, not encrypted; <see langword="null"/>, the default, where it stands in the first file.</param>
    /// <exception cref="ArgumentException">A path is empty.</exception>
    public TlsCertificateFiles(string certificatePath, string? keyPath = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(certificatePath);
        if (keyPath is not null)
        {
            ArgumentException.ThrowIfNullOrEmpty(keyPath);
        }

        (CertificatePath, KeyPath) = (certificatePath, keyPath ?? certificatePath);
    }

    /// <summary>Where the certificate is.</summary>
    public string CertificatePath { get; }

    /// <summary>Where its private key is.</summary>
    public string KeyPath { get; }
}
