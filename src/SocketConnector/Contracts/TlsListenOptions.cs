using System.Net.Security;

namespace SocketConnector;

/// <summary>TLS of a side that listens: its peers handshake before anything else but a PROXY header, within <see cref="ConnectorOptions.AdmissionTimeout"/>.</summary>
/// <remarks>
/// What a client's certificate names is never fetched, unless <see cref="SslServerAuthenticationOptions.CertificateChainPolicy"/> says so.
/// Sessions are resumed, but not where a client's certificate is asked for: a resumed one would not be looked at.
/// </remarks>
public sealed record TlsListenOptions
{
    /// <summary>With a certificate from files.</summary>
    /// <param name="certificate">The files.</param>
    /// <param name="authentication">Everything else, such as protocols and client certificates; no certificate. <see langword="null"/> for the defaults.</param>
    /// <exception cref="ArgumentException"><paramref name="authentication"/> has a certificate of its own.</exception>
    public TlsListenOptions(TlsCertificateFiles certificate, SslServerAuthenticationOptions? authentication = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (authentication is not null && HasCertificate(authentication))
        {
            throw new ArgumentException("The certificate comes from files, so there must be no other.", nameof(authentication));
        }

        (CertificateFiles, Authentication) = (certificate, authentication ?? new SslServerAuthenticationOptions { AllowRenegotiation = false });
    }

    /// <summary>With a certificate of the program's own, as <see cref="SslStream"/> takes it.</summary>
    /// <param name="authentication">How to authenticate. Read when a side starts, and not changed.</param>
    /// <exception cref="ArgumentException">There is no certificate, nor a way to select one.</exception>
    public TlsListenOptions(SslServerAuthenticationOptions authentication)
    {
        ArgumentNullException.ThrowIfNull(authentication);
        Authentication = HasCertificate(authentication) ? authentication : throw new ArgumentException("There is no server certificate.", nameof(authentication));
    }

    /// <summary>Asks for each handshake, once the client has said which server it wants.</summary>
    /// <param name="select">
    /// Gets the client's hello with the server's name; returns how to authenticate. Its token is cancelled at the admission timeout. What it
    /// throws costs the peer alone. An <see cref="SslStreamCertificateContext"/> that it returns again and again makes handshakes cheaper,
    /// and lets clients resume their sessions.
    /// </param>
    public TlsListenOptions(ServerOptionsSelectionCallback select)
    {
        ArgumentNullException.ThrowIfNull(select);
        (Select, Authentication) = (select, new SslServerAuthenticationOptions { AllowRenegotiation = false });
    }

    /// <summary>How to authenticate, but for a certificate from files.</summary>
    public SslServerAuthenticationOptions Authentication { get; }

    /// <summary>Where the certificate comes from, if it is from files.</summary>
    public TlsCertificateFiles? CertificateFiles { get; }

    /// <summary>What is asked for each handshake, if anything is.</summary>
    public ServerOptionsSelectionCallback? Select { get; }

    /// <summary>
    /// Whether a peer may do without: one that does not begin as TLS does is admitted as it is, and <see cref="Peer.Tls"/> tells the two apart.
    /// <see langword="false"/> by default. Until its first byte it is in admission, so a protocol in which the other side speaks first does not
    /// get through.
    /// </summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>
    /// How many handshakes go on at once; 1 024 by default. A peer that has sent its first byte while there are so many waits its turn, within
    /// <see cref="ConnectorOptions.AdmissionTimeout"/>. Each takes some 50 KiB meanwhile.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1.</exception>
    public int MaxHandshakes { get; init => field = Require.InRange(value, 1, int.MaxValue, nameof(MaxHandshakes)); } = 1024;

    /// <summary>
    /// How long one may take, from when its turn has come; 10 s by default. Without it, a peer that stops in the middle would keep the place of
    /// another for as long as <see cref="ConnectorOptions.AdmissionTimeout"/> allows.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, and not <see cref="Timeout.InfiniteTimeSpan"/>; or longer than a timer can be.</exception>
    public TimeSpan HandshakeTimeout { get; init => field = Require.Timeout(value, nameof(HandshakeTimeout)); } = TimeSpan.FromSeconds(10);

    private static bool HasCertificate(SslServerAuthenticationOptions options) =>
        options.ServerCertificate is not null || options.ServerCertificateContext is not null || options.ServerCertificateSelectionCallback is not null;
}
