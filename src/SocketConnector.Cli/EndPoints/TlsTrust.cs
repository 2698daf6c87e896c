using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SocketConnector.Cli.EndPoints;

/// <summary>Whose certificates are trusted.</summary>
internal static class TlsTrust
{
    /// <summary>Everybody's. One instance, by which it can be told.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "It is what insecure asks for, and a warning says so at each start.")]
    public static RemoteCertificateValidationCallback Anything { get; } = static (_, _, _, _) => true;

    /// <returns>What to say at each start of a side that trusts anything.</returns>
    public static string? Warning(Side side, SideOptions options) => options is ConnectOptions { Tls.Authentication.RemoteCertificateValidationCallback: { } check } && check == Anything
        ? $"warning: side {side} is insecure: it talks to whoever answers, and anyone on the way can read and change what is relayed; use ca= or pin= instead"
        : null;

    /// <summary>Those of the authorities, of clients that show one.</summary>
    public static RemoteCertificateValidationCallback IfShown { get; } = static (_, certificate, _, errors) => certificate is null || errors == SslPolicyErrors.None;

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
