using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace SocketConnector.Tls;

/// <summary>What came of looking at one peer's certificate.</summary>
/// <param name="name">What the certificate has to be for, where that matters.</param>
/// <param name="now">To tell an expired certificate from one that is not valid yet.</param>
internal sealed class CertificateVerdict(string? name, DateTimeOffset now)
{
    private RemoteCertificateValidationCallback? _users;
    private bool _isRequired;

    /// <summary>What is wrong with it, in words; nothing where it is fine, or was never shown.</summary>
    public string? Fault { get; private set; }

    /// <summary>What the user's check threw.</summary>
    public Exception? Thrown { get; private set; }

    /// <summary>Creates the check for one handshake.</summary>
    /// <param name="users">The user's own check, which decides alone where there is one.</param>
    /// <param name="isRequired">Whether there has to be one at all.</param>
    /// <returns>What <see cref="SslStream"/> calls.</returns>
    public RemoteCertificateValidationCallback CreateCallback(RemoteCertificateValidationCallback? users, bool isRequired)
    {
        (_users, _isRequired) = (users, isRequired);
        return Check;
    }

    private bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        bool isAccepted;
        try
        {
            isAccepted = _users?.Invoke(sender, certificate, chain, errors) ?? (errors == SslPolicyErrors.None || (certificate is null && !_isRequired));
        }
        catch (Exception error)
        {
            Thrown = error;
            isAccepted = false;
        }

        Fault = isAccepted ? null : Describe(certificate as X509Certificate2, chain, errors);
        return isAccepted;
    }

    private string Describe(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is null ? "the peer presented no certificate"
        : LegibleText.Of($"its certificate ({Short(certificate.Subject)}) {Wrong(certificate, chain, errors)}");

    private string Wrong(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        X509ChainStatusFlags flags = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, static (all, status) => all | status.Status);
        return flags.HasFlag(X509ChainStatusFlags.Revoked) ? "has been revoked"
            : flags.HasFlag(X509ChainStatusFlags.NotTimeValid) ? InTime(chain!)
            : flags.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? "is not valid for this use"
            : flags.HasFlag(X509ChainStatusFlags.UntrustedRoot) ? IsSelfSigned(certificate) ? "is self-signed and not trusted" : "was issued by an untrusted authority"
            : flags.HasFlag(X509ChainStatusFlags.PartialChain) ? "was issued by an unknown authority"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"is not for {name}"
            : flags != X509ChainStatusFlags.NoError ? $"cannot be verified ({flags})"
            : "was refused by this side's own check";
    }

    private string InTime(X509Chain chain)
    {
        foreach (X509Certificate2 certificate in chain.ChainElements.Select(static element => element.Certificate))
        {
            if (certificate.NotAfter.ToUniversalTime() < now.UtcDateTime)
            {
                return $"expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd}";
            }

            if (certificate.NotBefore.ToUniversalTime() > now.UtcDateTime)
            {
                return $"is not valid before {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd}";
            }
        }

        return "is not valid";
    }

    private static bool IsSelfSigned(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static string Short(string subject) => subject.Length <= 100 ? subject : $"{subject[..100]}…";
}
