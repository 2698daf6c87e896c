using System.Net;
using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>How one side of a connector gets its sockets: it listens, or it connects out.</summary>
internal sealed class SideSetup : IDisposable
{
    private readonly Listener[] _listeners;
    private readonly AcceptLimiter? _places;

    private SideSetup(Side side, SideOptions options, IReadOnlyList<Listener> listeners, StageOrder stages)
    {
        (Side, Options, _listeners) = (side, options, [.. listeners]);
        (Bound, AcceptLoops) = ([.. listeners.Select(listener => listener.EndPoint)], [.. listeners.SelectMany(listener => listener.AcceptLoops)]);
        (Accepted, Dialled) = (stages.Accepted(options), stages.Dialled(options));
        if (options is ListenOptions { AcceptLimit: int limit })
        {
            // Once the last place was joined it listens no more.
            _places = new AcceptLimiter(limit);
            _places.UsedUp.UnsafeRegister(static side => ((SideSetup)side!).StopListening(), this);
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

    /// <summary>Where it listens, or did, each with the port that the system chose; nowhere if it connects out.</summary>
    public IReadOnlyList<EndPoint> Bound { get; }

    /// <summary>Whether it still does, on one of them at least: a user's transport may end by itself.</summary>
    public bool IsListening => Array.Exists(_listeners, static listener => listener.IsOpen);

    /// <summary>What accepts, if the side listens.</summary>
    public IReadOnlyList<AcceptLoop> AcceptLoops { get; }

    /// <exception cref="SocketException">An address cannot be listened on, and none is.</exception>
    public static async Task<SideSetup> OpenAsync(
        Side side, (SideOptions Own, SideOptions Far) options, Transport transport, StageOrder stages, CancellationToken cancellationToken)
    {
        // Where each client has a partner dialled for it, order does not matter.
        bool isOrdered = options.Far is not ConnectOptions;
        IReadOnlyList<Listener> listeners = options.Own is ListenOptions listen ? await transport.ListenAsync(side, listen, isOrdered, cancellationToken).ConfigureAwait(false) : [];
        return new SideSetup(side, options.Own, listeners, stages);
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
        StopListening();
        _places?.Close();
    }

    /// <summary>Finishes, and never fails, once it was disposed and no listener is open.</summary>
    public Task ClosedAsync() => Task.WhenAll(_listeners.Select(listener => listener.ClosedAsync()));

    private void StopListening()
    {
        foreach (Listener listener in _listeners)
        {
            listener.Dispose();
        }
    }
}
