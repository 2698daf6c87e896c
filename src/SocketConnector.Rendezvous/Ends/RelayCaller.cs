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
    /// <summary>Relays that send a connecting end from one to the next are not followed for ever.</summary>
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
        _dialer = new PeerDialer(new ConnectorOptions { LoggerFactory = settings.LoggerFactory ?? NullLoggerFactory.Instance, TimeProvider = settings.TimeProvider });
        _keys = new EndKeys(settings.Secret.ProofKeyOf(EndRole.Listen), settings.Secret.ProofKeyOf(EndRole.Connect));
        _session = settings.Secret.NameOf(settings.EndToEnd);
    }

    public ILogger Log => GuardedLog.Of<RendezvousEndPoint>(_settings.LoggerFactory);

    /// <summary>One call from beginning to end.</summary>
    /// <exception cref="IOException">It came to nothing; the message says why.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The relay cannot be connected to.</exception>
    public async Task<DuplexStream> MeetAsync(CancellationToken cancellationToken)
    {
        EndPoint? relay = null;
        for (int moves = 0; ; moves++)
        {
            using RelayCall call = await BeginAsync(relay, cancellationToken).ConfigureAwait(false);
            EndVerdict verdict = (await call.WaitAsync(static () => true, onWaiting: null, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false))!;
            if (verdict is EndVerdict.Paired)
            {
                return await call.FinishAsync(_settings.HandshakeTimeout, cancellationToken).ConfigureAwait(false);
            }

            relay = (moves < MaxMoves ? Elsewhere(verdict) : null) ?? throw new IOException(VerdictText.Of(verdict, _settings));
        }
    }

    /// <summary>Where a relay that stops sends this end, if it may go there: a ticket is shown to another relay only where that must prove its name.</summary>
    public EndPoint? Elsewhere(EndVerdict verdict) =>
        verdict is EndVerdict.GoAway away && (_settings.Ticket is null || _settings.Relay.Tls is not null) ? RelayAddress.First(away.Elsewhere) : null;

    /// <summary>Connects, and asks for a partner.</summary>
    /// <param name="relay">Where the relay that was told of is, instead of the usual one.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="System.Net.Sockets.SocketException">The relay cannot be connected to.</exception>
    public async Task<RelayCall> BeginAsync(EndPoint? relay, CancellationToken cancellationToken)
    {
        FirstFlight flight = await FirstFlight.BeginAsync(_settings.EndToEnd, _role, _keys, cancellationToken).ConfigureAwait(false);
        try
        {
            ConnectOptions where = relay is null ? _settings.Relay : _settings.Relay with { EndPoints = [relay] };
            Peer peer = await _dialer.ConnectAsync(Side.B, where, cancellationToken: cancellationToken).ConfigureAwait(false);
            return new RelayCall(peer, flight, _hello, new JoinFrame(_session, _role, _settings.Ticket, flight.Early), _settings.TimeProvider);
        }
        catch
        {
            flight.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _dialer.DisposeAsync();
}
