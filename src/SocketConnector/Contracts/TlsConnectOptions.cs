using System.Net.Security;

namespace SocketConnector;

/// <summary>TLS of a side that connects out: the handshake follows the connect and a PROXY header, within <see cref="ConnectorOptions.AdmissionTimeout"/>.</summary>
/// <remarks>
/// The target's certificate must be for the name that is connected to, of a trusted authority, and in force. What it names is never fetched,
/// unless <see cref="SslClientAuthenticationOptions.CertificateChainPolicy"/> says so.
/// </remarks>
public sealed record TlsConnectOptions
{
    /// <summary>Takes what <see cref="SslStream"/> takes.</summary>
    /// <param name="authentication">
    /// How to authenticate; without a <see cref="SslClientAuthenticationOptions.TargetHost"/> that is the host that is connected to. Read when a
    /// side starts, and not changed. <see langword="null"/> for the defaults.
    /// </param>
    public TlsConnectOptions(SslClientAuthenticationOptions? authentication = null) => Authentication = authentication ?? new SslClientAuthenticationOptions { AllowRenegotiation = false };

    /// <summary>How to authenticate.</summary>
    public SslClientAuthenticationOptions Authentication { get; }

    /// <summary>This end's own certificate, shown to a target that asks for one; <see langword="null"/>, the default, for none, or that of <see cref="Authentication"/>.</summary>
    public TlsCertificateFiles? CertificateFiles { get; init; }
}
