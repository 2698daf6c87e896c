using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketConnector.Relaying;

namespace SocketConnector;

/// <summary>
/// Listens, and returns admitted peers in the order of their admission. Use it for a pairing rule of your own, and join two peers with
/// <see cref="Connector.JoinAsync(Peer, Peer, CancellationToken)"/>.
/// </summary>
/// <remarks>
/// Peers that have not been taken are watched, and dropped when they leave; while 1 024 of them wait, no more are accepted. Disposing
/// the listener resets them. The caller owns a peer once it has taken it. The listener's own options report refusals and, as pending,
/// peers that have not been taken, and peers that were taken and disposed, even after the listener is; the connector that joins a
/// peer reports the rest. Thread-safe.
/// </remarks>
public sealed class PeerListener : IAsyncDisposable
{
    internal const int MaxWaiting = 1024;

    private readonly ConnectorLifetime _lifetime;
    private readonly Side _side;

    private PeerListener(ConnectorLifetime lifetime, SideSetup own) => (_lifetime, _side, EndPoints) = (lifetime, own.Side, own.Bound);

    /// <summary>Where it listens, each with the port that the system chose, in the order of <see cref="ListenOptions.EndPoints"/>.</summary>
    public IReadOnlyList<EndPoint> EndPoints { get; }

    /// <summary>The first of <see cref="EndPoints"/>.</summary>
    public EndPoint EndPoint => EndPoints[0];

    /// <summary>The port of <see cref="EndPoint"/>; <see langword="null"/> where that is a Unix socket.</summary>
    public int? Port => (EndPoint as IPEndPoint)?.Port;

    /// <summary>Starts to listen, and admits clients even before they are taken.</summary>
    /// <param name="side">The side that its peers are on.</param>
    /// <param name="listen">Where to listen, and how clients are admitted.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults. The grace period has no meaning here.</param>
    /// <param name="cancellationToken">Cancels the start only.</param>
    /// <returns>The listener.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such side.</exception>
    /// <exception cref="SocketException">An address cannot be listened on; the message names it, and nothing is left open.</exception>
    public static async Task<PeerListener> ListenAsync(Side side, ListenOptions listen, ConnectorOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(listen);
        Require.Known(side, nameof(side));
        var lifetime = new ConnectorLifetime(options ?? new ConnectorOptions());
        try
        {
            SideSetup own = await lifetime.Acquisition.ListenAsync(side, listen, MaxWaiting, cancellationToken).ConfigureAwait(false);
            return new PeerListener(lifetime, own);
        }
        catch
        {
            lifetime.Close();
            await lifetime.Completion.ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for the next admitted peer, oldest first.</summary>
    /// <param name="cancellationToken">Cancels the wait; no peer is lost.</param>
    /// <returns>The peer, for the caller to join or dispose; <see langword="null"/> once the listener is disposed.</returns>
    public async ValueTask<Peer?> AcceptAsync(CancellationToken cancellationToken = default) => await _lifetime.Acquisition.TakeAsync(_side, cancellationToken).ConfigureAwait(false);

    /// <summary>Yields every admitted peer, oldest first, until the listener is disposed.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    /// <returns>The peers, each for the caller to join or dispose.</returns>
    public async IAsyncEnumerable<Peer> AcceptAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await AcceptAsync(cancellationToken).ConfigureAwait(false) is { } peer)
        {
            yield return peer;
        }
    }

    /// <summary>Stops listening, and resets every peer that was not taken.</summary>
    /// <returns>A task that finishes when they are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        _lifetime.Close();
        await _lifetime.Completion.ConfigureAwait(false);
    }
}
