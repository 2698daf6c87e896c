using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Tls;

/// <summary>The stage of a side that listens.</summary>
internal sealed class TlsAccept : TlsStage
{
    // The type of a handshake record, with which every ClientHello begins (RFC 8446, section 5.1).
    private const byte Handshake = 22;

    private readonly TlsListenOptions _options;
    private readonly SslServerAuthenticationOptions _authentication;
    private readonly CertificateSource? _source;
    private readonly SemaphoreSlim _places;

    /// <exception cref="IOException">A certificate file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">They hold no certificate with its key.</exception>
    public TlsAccept(TlsListenOptions options, bool keepsHandshakes, TimeProvider time, Observer observer)
        : base(keepsHandshakes, time, observer)
    {
        (_options, _places) = (options, new SemaphoreSlim(options.MaxHandshakes));
        _source = options.CertificateFiles is { } files ? new CertificateSource(files, time, observer.Log) : null;
        _authentication = TlsOptionsCopy.Of(options.Authentication);

        // One for all connections: it costs a third less for each, and clients can resume only with it.
        if (_authentication is { ServerCertificateContext: null, ServerCertificateSelectionCallback: null, ServerCertificate: X509Certificate2 certificate })
        {
            _authentication.ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        }
    }

    protected override async ValueTask<bool> IsSpokenAsync(PeerStream peer, CancellationToken cancellationToken)
    {
        byte[] first = new byte[1];
        int count = 0;
        while (_options.AllowPlaintext)
        {
            await peer.WaitReadableAsync(cancellationToken).ConfigureAwait(false);
            if (peer.TryReceive(first, out count))
            {
                break;
            }
        }

        peer.Unread(first.AsSpan(0, count));
        return count == 0 || first[0] == Handshake;
    }

    protected override async ValueTask<IDisposable?> EnterAsync(PeerStream peer, CancellationToken cancellationToken)
    {
        // A silent client must not occupy a handshake slot.
        await peer.WaitReadableAsync(cancellationToken).ConfigureAwait(false);
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Place(_places);
    }

    protected override TimeSpan HandshakeTimeout => _options.HandshakeTimeout;

    protected override CertificateVerdict VerdictOn(AdmissionContext context) => new(name: null, Time.GetUtcNow());

    protected override Task AuthenticateAsync(SslStream tls, CertificateVerdict verdict, AdmissionContext context, CancellationToken cancellationToken)
    {
        if (_options.Select is { } select)
        {
            return tls.AuthenticateAsServerAsync((stream, hello, _, token) => SelectAsync(select, (stream, hello), verdict, token), state: null, cancellationToken);
        }

        SslServerAuthenticationOptions mine = TlsOptionsCopy.Of(_authentication);
        mine.ServerCertificateContext = _source?.Current ?? mine.ServerCertificateContext;
        mine.RemoteCertificateValidationCallback = verdict.CreateCallback(mine.RemoteCertificateValidationCallback, mine.ClientCertificateRequired);
        return tls.AuthenticateAsServerAsync(mine, cancellationToken);
    }

    private static async ValueTask<SslServerAuthenticationOptions> SelectAsync(
        ServerOptionsSelectionCallback select, (SslStream Stream, SslClientHelloInfo Hello) client, CertificateVerdict verdict, CancellationToken cancellationToken)
    {
        try
        {
            SslServerAuthenticationOptions selected = TlsOptionsCopy.Of(await select(client.Stream, client.Hello, null, cancellationToken).ConfigureAwait(false));
            selected.RemoteCertificateValidationCallback = verdict.CreateCallback(selected.RemoteCertificateValidationCallback, selected.ClientCertificateRequired);
            return selected;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UserCodeException(error);
        }
    }

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
