using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>What the options of a <c>tls:</c> end point say, before they are those of a side.</summary>
internal sealed record TlsSettings
{
    public const string Scheme = "tls:";

    public string? CertificatePath { get; init; }

    public string? KeyPath { get; init; }

    public X509Certificate2Collection? Authorities { get; init; }

    public ClientAuth? ClientAuth { get; init; }

    public string? ServerName { get; init; }

    public List<SslApplicationProtocol>? Protocols { get; init; }

    public IReadOnlyList<byte[]> Pins { get; init; } = [];

    public SslProtocols Versions { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    public bool IsInsecure { get; init; }

    /// <summary>Whether a peer may do without.</summary>
    public bool IsOptional { get; init; }

    private string? Overridden => Pins.Count > 0 && Authorities is not null ? "pin trusts its key whoever signed it, so ca has no effect; remove one of them" : null;

    private bool AsksClients => ClientAuth is EndPoints.ClientAuth.Request or EndPoints.ClientAuth.Require;

    private RemoteCertificateValidationCallback? Check => IsInsecure ? TlsTrust.AcceptAny
        : Pins.Count > 0 ? TlsTrust.OfPins(Pins, mayBeMissing: ClientAuth == EndPoints.ClientAuth.Request)
        : ClientAuth == EndPoints.ClientAuth.Request ? TlsTrust.AcceptNoneOrTrusted
        : null;

    public Parsed<TlsListenOptions> ToListening()
    {
        string? mistake = CertificatePath is null ? $"the certificate is missing; write {Scheme}8443,cert=/etc/ssl/site.pem,key=/etc/ssl/site.key"
            : ServerName is not null ? "server-name is for a side that connects out; remove it"
            : IsInsecure ? "insecure is for a side that connects out; remove it"
            : !AsksClients && Authorities is not null ? "ca is for the certificates of clients, which are not asked for; write client-auth=require too, or remove it"
            : !AsksClients && Pins.Count > 0 ? "pin is for the certificates of clients, which are not asked for; write client-auth=require too, or remove it"
            : IsOptional && ClientAuth == EndPoints.ClientAuth.Require ? "tls-optional admits peers without a certificate, which client-auth=require forbids; remove one of them"
            : Overridden;
        return mistake is not null ? new Wrong(mistake) : new TlsListenOptions(
            new TlsCertificateFiles(CertificatePath!, KeyPath),
            new SslServerAuthenticationOptions
            {
                AllowRenegotiation = false,
                ApplicationProtocols = Protocols,
                CertificateChainPolicy = TlsTrust.PolicyOf(Authorities),
                ClientCertificateRequired = AsksClients,
                EnabledSslProtocols = Versions,
                RemoteCertificateValidationCallback = AsksClients ? Check : null,
            })
        {
            AllowPlaintext = IsOptional,
        };
    }

    public Parsed<TlsConnectOptions> ToConnecting()
    {
        string? mistake = ClientAuth is not null ? "client-auth is for a side that listens; remove it"
            : IsOptional ? "tls-optional is for a side that listens; remove it"
            : KeyPath is not null && CertificatePath is null ? "there is a key and no certificate; write cert=FILE too"
            : IsInsecure && (Authorities is not null || Pins.Count > 0) ? "insecure checks nothing, so ca and pin contradict it; remove one of them"
            : Overridden;
        return mistake is not null ? new Wrong(mistake) : new TlsConnectOptions(new SslClientAuthenticationOptions
        {
            AllowRenegotiation = false,
            ApplicationProtocols = Protocols,
            CertificateChainPolicy = TlsTrust.PolicyOf(Authorities),
            EnabledSslProtocols = Versions,
            RemoteCertificateValidationCallback = Check,
            TargetHost = ServerName,
        })
        {
            CertificateFiles = CertificatePath is null ? null : new TlsCertificateFiles(CertificatePath, KeyPath),
        };
    }
}

/// <summary>Whether clients are asked for a certificate.</summary>
internal enum ClientAuth
{
    None,
    Request,
    Require,
}
