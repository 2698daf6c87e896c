using System.Net;
using System.Net.Security;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Tls;

/// <summary>The stage of a side that connects out.</summary>
internal sealed class TlsConnect : TlsStage
{
    private readonly SslClientAuthenticationOptions _authentication;
    private readonly CertificateSource? _source;
    private readonly EndPoint _target;

    /// <param name="options">Those of its TLS.</param>
    /// <param name="target">Where it connects to, if there is but one: the server's name, unless the options have one.</param>
    /// <param name="keepsHandshakes">Whether the bytes below TLS are kept until the peer is joined.</param>
    /// <param name="time">The clock.</param>
    /// <param name="observer">Told when a certificate changes, and how long handshakes take.</param>
    /// <exception cref="IOException">A certificate file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">They hold no certificate with its key.</exception>
    public TlsConnect(TlsConnectOptions options, EndPoint target, bool keepsHandshakes, TimeProvider time, Observer observer)
        : base(keepsHandshakes, time, observer)
    {
        _source = options.CertificateFiles is { } files ? new CertificateSource(files, time, observer.Log) : null;
        _authentication = TlsOptionsCopy.Of(options.Authentication);
        _target = target;
    }

    /// <summary>As many as are dialled.</summary>
    protected override ValueTask<IDisposable?> EnterAsync(PeerStream peer, CancellationToken cancellationToken) => default;

    protected override CertificateVerdict VerdictOn(AdmissionContext context) => new(ServerName(context), Time.GetUtcNow());

    protected override Task AuthenticateAsync(SslStream tls, CertificateVerdict verdict, AdmissionContext context, CancellationToken cancellationToken)
    {
        SslClientAuthenticationOptions mine = TlsOptionsCopy.Of(_authentication);
        mine.ClientCertificateContext = _source?.Current ?? mine.ClientCertificateContext;
        mine.TargetHost = ServerName(context);
        mine.RemoteCertificateValidationCallback = verdict.CreateCallback(mine.RemoteCertificateValidationCallback, isRequired: true);
        return tls.AuthenticateAsClientAsync(mine, cancellationToken);
    }

    private string ServerName(AdmissionContext context) => _authentication.TargetHost is { Length: > 0 } chosen ? chosen : (context.Target ?? _target) switch
    {
        DnsEndPoint name => name.Host,
        IPEndPoint ip => ip.Address.ToString(),
        _ => "localhost",
    };
}
