using System.Net.Security;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.EndToEnd;

/// <summary>TLS 1.3 between the ends, in which the connecting one is the client; then the proofs, inside it.</summary>
internal sealed class TlsFlight : FirstFlight
{
    private readonly EndRole _role;
    private readonly EndKeys _keys;
    private readonly EndCertificate _mine;
    private readonly CancellationTokenSource _givenUp = new();
    private readonly ReadTurn _turn = new();
    private readonly LateStream _inner;
    private readonly SslStream _tls;
    private Task? _handshake;
    private bool _isDone;

    private TlsFlight(EndRole role, EndKeys keys, EndCertificate mine)
    {
        (_role, _keys, _mine) = (role, keys, mine);
        _inner = new LateStream(_turn);
        _tls = new SslStream(_inner, leaveInnerStreamOpen: false);
    }

    /// <param name="role">This end's.</param>
    /// <param name="keys">Of the secret.</param>
    /// <param name="mine">This end's certificate.</param>
    /// <param name="maxEarly">How much of the ClientHello may be early.</param>
    /// <param name="cancellationToken">Given up.</param>
    public static async ValueTask<TlsFlight> BeginAsync(EndRole role, EndKeys keys, EndCertificate mine, int maxEarly, CancellationToken cancellationToken)
    {
        var flight = new TlsFlight(role, keys, mine);
        if (role == EndRole.Listen)
        {
            return flight;
        }

        try
        {
            flight._handshake = flight.HandshakeAsync();
            await (await Task.WhenAny(flight._handshake, flight._inner.FirstRead).WaitAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            flight.Early = flight._inner.TakeKept(maxEarly);
            return flight;
        }
        catch (Exception)
        {
            flight.Dispose();
            throw;
        }
    }

    public override async ValueTask<EndTransport> ContinueAsync(EndTransport transport, CancellationToken cancellationToken)
    {
        try
        {
            using CancellationTokenRegistration givingUp = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _givenUp);
            await _inner.AttachAsync(transport.Stream, cancellationToken).ConfigureAwait(false);
            _handshake ??= HandshakeAsync();
            await _handshake.WaitAsync(cancellationToken).ConfigureAwait(false);
            var stream = new SealedStream(_tls, _inner, _turn);
            byte[] theirs = EndTls.OtherCertificate(_tls);
            await Proof.ExchangeAsync(stream, ProofOf(_role, theirs), ProofOf(Proof.Other(_role), theirs), cancellationToken).ConfigureAwait(false);
            _inner.OwnsAttached = true;
            _isDone = true;
            return new EndTransport(stream, EndAsync, transport.Abort);

            async ValueTask EndAsync(CancellationToken cancellationToken)
            {
                await stream.ShutdownAsync(cancellationToken).ConfigureAwait(false);
                await transport.EndAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // SslStream reports a cancellation in several ways.
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Abandons the handshake. Once that has succeeded the stream is the caller's, and this does nothing.</summary>
    public override void Dispose()
    {
        if (!_isDone)
        {
            _givenUp.Cancel();
            _tls.Dispose();
            BoundedWrite.Observe(_handshake);
        }

        base.Dispose();
    }

    private Task HandshakeAsync() => EndTls.AuthenticateAsync(_tls, _role == EndRole.Listen, _mine, _givenUp.Token);

    private byte[] ProofOf(EndRole role, byte[] theirs) => _role == EndRole.Listen
        ? ProofMessage.OfTls(_keys.Of(role), role, _mine.Der, theirs)
        : ProofMessage.OfTls(_keys.Of(role), role, theirs, _mine.Der);
}
