using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketConnector.Relaying;

namespace SocketConnector;

/// <summary>
/// Listens, and hands out the peers that were admitted: through every stage, in the order of their admission. For a rule of pairing
/// that is not the connector's own; give two peers to <see cref="Connector.JoinAsync(Peer, Peer, CancellationToken)"/>.
/// </summary>
/// <remarks>
/// Peers not yet taken are watched, and are dropped when they leave; with 1 024 of them no more are accepted. They are reset
/// with the listener. Those that were taken are their taker's. Refusals are told by its own options, and so are peers not yet
/// taken, as pending, and those that were taken and disposed; a joined one is told of by the connector that joins it. Thread-safe.
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

    /// <summary>Starts to listen, and admits clients, whether they are taken or not.</summary>
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

    /// <summary>The next peer, first come first.</summary>
    /// <param name="cancellationToken">Gives up waiting; no peer is lost.</param>
    /// <returns>The caller's to join or to dispose; <see langword="null"/> once the listener is disposed.</returns>
    public async ValueTask<Peer?> AcceptAsync(CancellationToken cancellationToken = default) => await _lifetime.Acquisition.TakeAsync(_side, cancellationToken).ConfigureAwait(false);

    /// <summary>Every peer, first come first, until the listener is disposed.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The peers, each the caller's to join or to dispose.</returns>
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
