using System.Net;
using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>How one side of a connector gets its sockets: it listens, or it connects out.</summary>
internal sealed class SideSetup : IDisposable
{
    private readonly Listener? _listener;
    private readonly AcceptPlaces? _places;

    private SideSetup(Side side, SideOptions options, Listener? listener)
    {
        (Side, Options, _listener) = (side, options, listener);
        if (options is ListenOptions { AcceptLimit: int limit })
        {
            _places = new AcceptPlaces(limit);
            _places.UsedUp += () => _listener?.Dispose();
        }
    }

    public Side Side { get; }

    public SideOptions Options { get; }

    /// <summary>Where it connects to, if that is what it does.</summary>
    public EndPoint? Target => (Options as ConnectOptions)?.EndPoint;

    /// <summary>Where it listens, or did, with the port that the system chose.</summary>
    public EndPoint? Bound => _listener?.EndPoint;

    public bool IsListening => _listener is { IsOpen: true };

    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public static async Task<SideSetup> OpenAsync(
        Side side, SideOptions options, SideOptions far, Observer observer, LoopGroup? loops, ConnectorOptions connector, CancellationToken cancellationToken)
    {
        // Who has a partner dialled for it alone need not wait behind anybody.
        bool isOrdered = far is not ConnectOptions;
        return new SideSetup(
            side,
            options,
            options is ListenOptions listen ? await Listener.BindAsync(side, listen, isOrdered, observer, loops, connector, cancellationToken).ConfigureAwait(false) : null);
    }

    public Task AcceptAsync(Action<ByteStream> accepted, Func<int> toCome) =>
        _listener?.RunAsync(new AcceptTarget(accepted, toCome, _places)) ?? Task.CompletedTask;

    /// <summary>
    /// Takes a place under the side's limit for a peer that may be joined; while others hold them all it waits its turn, and is watched.
    /// The side stops listening once the last place was joined.
    /// </summary>
    /// <returns>Why it may not be joined: it left, or there is no place any more.</returns>
    public async ValueTask<Refusal?> TakePlaceAsync(PeerStream peer, TimeProvider time, CancellationToken stopping)
    {
        if (_places is null)
        {
            return null;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task<AcceptPlace?> taking = _places.TakeAsync(enough.Token);
        if (!taking.IsCompleted)
        {
            Task leaving = peer.WaitUntilLeftAsync(time, enough.Token);
            await Task.WhenAny(taking, leaving).ConfigureAwait(false);
            await enough.CancelAsync().ConfigureAwait(false);
            await leaving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ((Task)taking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        peer.Place = taking.IsCompletedSuccessfully ? await taking.ConfigureAwait(false) : null;

        // One that has waited in the backlog or for its turn may have left, and would use its place up if somebody waited for it.
        return peer.HasLeft() ? new Refusal(CloseReason.PeerReset, Side, new InvalidOperationException("it left before it was let in"))
            : peer.Place is not null ? null
            : _places.IsUsedUp ? new Refusal(CloseReason.Aborted, null, new InvalidOperationException("the side's accept limit is used up"))
            : Refusal.Stopped;
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _places?.Close();
    }
}
