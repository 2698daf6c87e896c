using System.Net;
using System.Net.Sockets;
using SocketConnector.Diagnostics;
using SocketConnector.Loops;
using SocketConnector.Sockets;

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

    /// <summary>Whether there is a limit to how many peers of it are joined.</summary>
    public bool IsLimited => _places is not null;

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

    public Task AcceptAsync(Action<StreamSocket> accepted, Func<int> toCome) =>
        _listener?.RunAsync(new AcceptTarget(accepted, toCome, _places)) ?? Task.CompletedTask;

    /// <summary>
    /// Takes a place under the side's limit for a peer that may be joined, and waits for one while others hold them all. The side stops
    /// listening once the last place was joined.
    /// </summary>
    /// <returns>Whether it has one, or there is no limit.</returns>
    public async ValueTask<bool> TakePlaceAsync(PeerSocket peer)
    {
        while (_places is not null && (peer.Place = _places.TryTake()) is null)
        {
            await _places.WaitForOneAsync().ConfigureAwait(false);
            if (_places.IsOver)
            {
                return false;
            }
        }

        return true;
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _places?.Close();
    }
}
