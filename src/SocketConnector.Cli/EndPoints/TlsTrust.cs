using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SocketConnector.Cli.EndPoints;

/// <summary>Whose certificates are trusted.</summary>
internal static class TlsTrust
{
    /// <summary>Accepts any certificate. One instance, so that <see cref="Warning"/> can recognise it.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "It is what insecure asks for, and a warning says so at each start.")]
    public static RemoteCertificateValidationCallback AcceptAny { get; } = static (_, _, _, _) => true;

    /// <returns>What to say at each start of a side that accepts any certificate.</returns>
    public static string? Warning(Side side, SideOptions options) => options is ConnectOptions { Tls.Authentication.RemoteCertificateValidationCallback: { } check } && check == AcceptAny
        ? $"warning: side {side} does not verify certificates: anyone on the path can read and change the relayed data; use ca= or pin= instead"
        : null;

    /// <summary>Accepts a client without a certificate, and one whose certificate is trusted.</summary>
    public static RemoteCertificateValidationCallback AcceptNoneOrTrusted { get; } = static (_, certificate, _, errors) => certificate is null || errors == SslPolicyErrors.None;

    /// <summary>Those with one of these keys, whoever has signed them and whatever they are for.</summary>
    /// <param name="pins">SHA-256 of each key, as a certificate holds it (SubjectPublicKeyInfo).</param>
    /// <param name="mayBeMissing">Whether one that shows no certificate will do.</param>
    public static RemoteCertificateValidationCallback OfPins(IReadOnlyList<byte[]> pins, bool mayBeMissing) => (_, certificate, _, _) => certificate switch
    {
        X509Certificate2 shown => SHA256.HashData(shown.PublicKey.ExportSubjectPublicKeyInfo()) is var key && pins.Any(pin => pin.AsSpan().SequenceEqual(key)),
        _ => mayBeMissing,
    };

    /// <returns>Trust in these alone; none of its own where the system's will do.</returns>
    public static X509ChainPolicy? PolicyOf(X509Certificate2Collection? authorities)
    {
        if (authorities is null)
        {
            return null;
        }

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }
}
