using System.Net;
using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>How one side of a connector gets its sockets: it listens, or it connects out.</summary>
internal sealed class SideSetup : IDisposable
{
    private readonly Listener? _listener;
    private readonly AcceptLimiter? _places;

    private SideSetup(Side side, SideOptions options, Listener? listener, StageOrder stages)
    {
        (Side, Options, _listener) = (side, options, listener);
        (Accepted, Dialled) = (stages.Accepted(options), stages.Dialled(options));
        if (listener is not null && options is ListenOptions { AcceptLimit: int limit })
        {
            // Once the last place was joined it listens no more.
            _places = new AcceptLimiter(limit);
            _places.UsedUp.UnsafeRegister(static listener => ((Listener)listener!).Dispose(), listener);
        }
    }

    public Side Side { get; }

    public SideOptions Options { get; }

    /// <summary>The admission of what it accepts.</summary>
    public Stage[] Accepted { get; }

    /// <summary>The admission of what it dials.</summary>
    public Stage[] Dialled { get; }

    /// <summary>Where it connects to, if that is what it does.</summary>
    public EndPoint? Target => (Options as ConnectOptions)?.EndPoint;

    /// <summary>Where it listens, or did, with the port that the system chose.</summary>
    public EndPoint? Bound => _listener?.EndPoint;

    public bool IsListening => _listener is { IsOpen: true };

    /// <summary>What accepts, if the side listens.</summary>
    public IReadOnlyList<AcceptLoop> AcceptLoops => _listener?.AcceptLoops ?? [];

    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public static async Task<SideSetup> OpenAsync(
        Side side, (SideOptions Own, SideOptions Far) options, Transport transport, StageOrder stages, CancellationToken cancellationToken)
    {
        // Where each client has a partner dialled for it, order does not matter.
        bool isOrdered = options.Far is not ConnectOptions;
        Listener? listener = options.Own is ListenOptions listen ? await transport.ListenAsync(side, listen, isOrdered, cancellationToken).ConfigureAwait(false) : null;
        return new SideSetup(side, options.Own, listener, stages);
    }

    /// <summary>The next client of one of <see cref="AcceptLoops"/>.</summary>
    /// <returns>The caller's; none once it listens no more.</returns>
    public ValueTask<PeerStream?> NextAsync(AcceptLoop loop) => loop.NextAsync(_places);

    /// <summary>
    /// Takes a place under the side's limit for a peer that may be joined; while others hold them all it waits its turn, and is watched.
    /// </summary>
    /// <returns>Why it may not be joined: it left, or there is no place any more.</returns>
    public async ValueTask<Refusal?> TakePlaceAsync(PeerStream peer, TimeProvider time, CancellationToken stopping)
    {
        if (_places is null)
        {
            return null;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task<AcceptLease?> taking = _places.TakeAsync(enough.Token);
        if (!taking.IsCompleted)
        {
            Task leaving = peer.WaitUntilLeftAsync(time, enough.Token);
            await Task.WhenAny(taking, leaving).ConfigureAwait(false);
            await enough.CancelAsync().ConfigureAwait(false);
            await leaving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((Task)taking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        AcceptLease? place = taking.IsCompletedSuccessfully ? await taking.ConfigureAwait(false) : null;
        if (place is not null)
        {
            peer.Add(place);
        }

        // One that has waited in the backlog or for its turn may have left, and would use its place up if a partner is there already.
        return peer.HasLeft() ? new Refusal(CloseReason.PeerReset, Side, new InvalidOperationException("it left before it was let in"))
            : place is not null ? null
            : _places.IsUsedUp ? new Refusal(CloseReason.Aborted, null, new InvalidOperationException("the side's accept limit is used up"))
            : Refusal.Stopped;
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _places?.Close();
    }
}
