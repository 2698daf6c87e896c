using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SocketConnector.Rendezvous.EndToEnd;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>Connects to the relay for one role, again and again: each call waits for a partner and becomes the connection to that.</summary>
internal sealed class RelayCaller : IAsyncDisposable
{
    /// <summary>How often a connecting end follows GOAWAY to another relay.</summary>
    private const int MaxMoves = 4;

    private static readonly HelloFrame _hello = new([1], "SocketConnector");

    private readonly RendezvousEndPoint _settings;
    private readonly EndRole _role;
    private readonly PeerDialer _dialer;
    private readonly EndKeys _keys;
    private readonly SessionName _session;

    public RelayCaller(RendezvousEndPoint settings, EndRole role)
    {
        (_settings, _role) = (settings, role);
        Log = GuardedLog.Of<RendezvousEndPoint>(settings.LoggerFactory);
        Time = ClockGuard.Of(settings.TimeProvider, Log);
        _dialer = new PeerDialer(new ConnectorOptions { LoggerFactory = settings.LoggerFactory ?? NullLoggerFactory.Instance, TimeProvider = Time });
        _keys = new EndKeys(settings.Secret.ProofKeyOf(EndRole.Listen), settings.Secret.ProofKeyOf(EndRole.Connect));
        _session = settings.Secret.NameOf(settings.EndToEnd);
    }

    public ILogger Log { get; }

    public TimeProvider Time { get; }

    /// <summary>One call from beginning to end.</summary>
    /// <exception cref="IOException">It came to nothing; the message says why.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The relay cannot be connected to.</exception>
    public async Task<DuplexStream> MeetAsync(CancellationToken cancellationToken)
    {
        EndPoint? relay = null;
        long begun = Time.GetTimestamp();
        for (int moves = 0; ; moves++)
        {
            using RelayCall call = await BeginInTimeAsync(relay, Left(begun), cancellationToken).ConfigureAwait(false);
            EndVerdict? verdict = await call.WaitAsync(static () => true, onWaiting: null, Left(begun), cancellationToken).ConfigureAwait(false);
            if (verdict is EndVerdict.Paired)
            {
                using var deadline = new CancellationTokenSource(ProofTime(Left(begun)), Time);
                return await call.FinishAsync(deadline.Token, cancellationToken).ConfigureAwait(false);
            }

            relay = (moves < MaxMoves ? Elsewhere(verdict) : null) ?? throw MeetFailure.Of(verdict, call.HasAnswered, Time.GetElapsedTime(begun), _settings);
        }
    }

    /// <summary>
    /// Where a relay that stops sends this end, if it may go there. One whose certificate is checked may name any relay, which then has to prove
    /// its name as well. Anybody on the path could be another: it may name no more than another port of its host, or it could have this end
    /// look for open ports in the network behind it; and it gets no ticket there.
    /// </summary>
    public EndPoint? Elsewhere(EndVerdict? verdict) => (verdict, _settings) switch
    {
        (EndVerdict.GoAway away, { Relay.Tls.Authentication.RemoteCertificateValidationCallback: null }) => RelayAddress.First(away.Elsewhere),
        (EndVerdict.GoAway away, { Ticket: null }) => RelayAddress.First(away.Elsewhere, one => _settings.Relay.EndPoints.Any(known => RelayAddress.HostOf(known) == RelayAddress.HostOf(one))),
        _ => null,
    };

    /// <summary>Connects, and asks for a partner.</summary>
    /// <param name="relay">Where the relay that was told of is, instead of the usual one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">There is no TLS with it.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The relay cannot be connected to.</exception>
    public async Task<RelayCall> BeginAsync(EndPoint? relay, CancellationToken cancellationToken)
    {
        FirstFlight flight = await FirstFlight.BeginAsync(_settings.EndToEnd, _role, _keys, cancellationToken).ConfigureAwait(false);
        try
        {
            ConnectOptions where = relay is null ? _settings.Relay : _settings.Relay with { EndPoints = [relay] };
            Peer peer = await _dialer.ConnectAsync(Side.B, where, cancellationToken: cancellationToken).ConfigureAwait(false);
            return new RelayCall(peer, flight, _hello, new JoinFrame(_session, _role, _settings.Ticket, flight.Early), Time);
        }
        catch (Exception error)
        {
            flight.Dispose();
            if (TlsTrouble.Of(error, _settings) is { } trouble)
            {
                throw trouble;
            }

            throw;
        }
    }

    public ValueTask DisposeAsync() => _dialer.DisposeAsync();

    private TimeSpan Left(long begun)
    {
        TimeSpan left = _settings.ConnectWait - Time.GetElapsedTime(begun);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>What is left, so that a partner that proves nothing is told of in time as well; but enough for a proof.</summary>
    private TimeSpan ProofTime(TimeSpan left)
    {
        TimeSpan enough = left > Handshakes.ShortTime ? left : Handshakes.ShortTime;
        return enough < _settings.HandshakeTimeout ? enough : _settings.HandshakeTimeout;
    }

    private async Task<RelayCall> BeginInTimeAsync(EndPoint? relay, TimeSpan within, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(within, Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await BeginAsync(relay, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw MeetFailure.NotReached(_settings);
        }
    }
}
