using System.Net.Security;
using System.Security.Authentication;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Tls;

/// <summary>The stage that handshakes with a peer and puts TLS in its stream's place. Runs on the thread pool, never in the accept loop or on an event loop.</summary>
/// <param name="keepsHandshakes">Whether the bytes below TLS are kept until the peer is joined.</param>
/// <param name="time">The clock.</param>
/// <param name="observer">Told what was settled, and how long it took.</param>
internal abstract class TlsStage(bool keepsHandshakes, TimeProvider time, Observer observer)
{
    protected TimeProvider Time => time;

    public async ValueTask<Refusal?> RunAsync(AdmissionContext context, CancellationToken stopping)
    {
        PeerStream peer = context.Peer;
        using var deadline = new CancellationTokenSource(context.Remaining, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        HandshakeTime? taking = observer.Metrics.Measures(MeasuredTime.TlsHandshake) ? new HandshakeTime(observer.Metrics, peer.Side, time) : null;
        Refusal? refusal = await HandshakeAsync(context, taking, either.Token, stopping).ConfigureAwait(false);
        taking?.End(refusal?.Reason);
        if (refusal is { Reason: CloseReason.TlsFailed or CloseReason.AuthFailed })
        {
            // In order, so that the alert arrives.
            await peer.PartAsync(time, stopping).ConfigureAwait(false);
        }

        return refusal;
    }

    /// <summary>Whether the peer speaks TLS at all, where it may choose.</summary>
    protected virtual ValueTask<bool> IsSpokenAsync(PeerStream peer, CancellationToken cancellationToken) => new(true);

    /// <summary>Waits until the handshake may begin.</summary>
    /// <returns>Disposed after the handshake, which admits the next one.</returns>
    protected abstract ValueTask<IDisposable?> EnterAsync(PeerStream peer, CancellationToken cancellationToken);

    /// <summary>For a handshake, once it may begin; the admission's own deadline holds besides.</summary>
    protected virtual TimeSpan HandshakeTimeout => Timeout.InfiniteTimeSpan;

    /// <summary>What is to be looked at in the peer's certificate.</summary>
    protected abstract CertificateVerdict VerdictOn(AdmissionContext context);

    protected abstract Task AuthenticateAsync(SslStream tls, CertificateVerdict verdict, AdmissionContext context, CancellationToken cancellationToken);

    private async Task<Refusal?> HandshakeAsync(AdmissionContext context, HandshakeTime? taking, CancellationToken cancellationToken, CancellationToken stopping)
    {
        PeerStream peer = context.Peer;
        CertificateVerdict verdict = VerdictOn(context);
        try
        {
            if (!await IsSpokenAsync(peer, cancellationToken).ConfigureAwait(false))
            {
                return null;
            }

            using IDisposable? place = await EnterAsync(peer, cancellationToken).ConfigureAwait(false);
            taking?.Begin();
            var inner = new RecordStream(peer.Stream, peer.TakeLeading().ToArray(), time);
            if (keepsHandshakes)
            {
                inner.KeepWire();
            }

            SslStream tls = await Deadline.RunAsync(
                "A TLS handshake",
                token => AuthenticateAsync(inner, verdict, context, token),
                HandshakeTimeout,
                time,
                observer.Log,
                cancellationToken).ConfigureAwait(false);
            peer.Replace(new TlsStream(tls, inner, peer.Stream));
            var settled = new PeerTls(tls, tls.TargetHostName) { HandshakeKept = keepsHandshakes };
            peer.Peer.SetTls(settled);
            string version = VersionOf(settled.Protocol);
            taking?.Protocol = version;
            context.Step?.Tag(MeterTag.TlsVersion, version);
            context.Step?.Tag("tls.cipher", settled.CipherSuite.ToString());
            observer.Log.TlsSettled(peer.Peer, settled.Protocol, settled.CipherSuite);
            return null;
        }
        catch (Exception error) when (error is OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            stopping.ThrowIfCancellationRequested();
            return TimedOut(peer.Side);
        }
        catch (TimeoutException) when (verdict.Thrown is null)
        {
            return TimedOut(peer.Side);
        }
        catch (Exception error)
        {
            return Refused(peer.Side, verdict, error);
        }
    }

    /// <summary>Calls a user's code, which may block; so this may go on after it was given up, over a stream that is closed by then.</summary>
    private async ValueTask<SslStream> AuthenticateAsync(InnerStream inner, CertificateVerdict verdict, AdmissionContext context, CancellationToken cancellationToken)
    {
        var tls = new SslStream(inner, leaveInnerStreamOpen: true);
        try
        {
            await AuthenticateAsync(tls, verdict, context, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return tls;
        }
        catch
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>As in OpenTelemetry's conventions; of what is older than what anybody should speak, the name.</summary>
    private static string VersionOf(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls12 => "1.2",
        SslProtocols.Tls13 => "1.3",
        _ => protocol.ToString(),
    };

    private static Refusal TimedOut(Side side) => new(CloseReason.AdmissionTimeout, side, new TimeoutException("the TLS handshake timed out"));

    private static Refusal Refused(Side side, CertificateVerdict verdict, Exception error) =>
        verdict.Thrown is { } thrown ? new Refusal(CloseReason.AuthFailed, null, thrown)
        : verdict.Fault is { } fault ? new Refusal(CloseReason.TlsFailed, side, new InvalidDataException(fault))
        : error is UserCodeException ? new Refusal(CloseReason.AuthFailed, null, error.InnerException!)
        : SocketFailure.Is(error) ? new Refusal(CloseReason.PeerReset, side, error)
        : error is IOException { InnerException: null } ? new Refusal(CloseReason.PeerReset, side, new EndOfStreamException("the peer disconnected during the TLS handshake"))
        : new Refusal(CloseReason.TlsFailed, side, new InvalidDataException(TlsErrorText.Of(error)));
}

/// <summary>Thrown by what the user has given for the handshake.</summary>
internal sealed class UserCodeException(Exception error) : Exception(ErrorText.Of(error), error);
