using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Relaying;
using SocketConnector.Sockets;

namespace SocketConnector;

/// <summary>Connects out, and returns peers for the caller to join: <see cref="Connector.JoinAsync(Peer, Peer, CancellationToken)"/>.</summary>
/// <param name="options">The options, or <see langword="null"/> for the defaults. The grace period has no meaning here.</param>
/// <remarks>Disposing it cancels connects in progress; peers that it has returned belong to the caller. Thread-safe.</remarks>
public sealed class PeerDialer(ConnectorOptions? options = null) : IAsyncDisposable
{
    private readonly ConnectorLifetime _lifetime = new(options ?? new ConnectorOptions());

    /// <summary>Connects to a peer and admits it.</summary>
    /// <param name="side">The side that the peer will be on.</param>
    /// <param name="connect">Where to connect to.</param>
    /// <param name="forPeer">
    /// The peer that the dial is for, if any: the dial is cancelled when that peer leaves. The caller still owns it, and may write to it or
    /// dispose it meanwhile, but not read from it: what watches it is the dial.
    /// </param>
    /// <param name="cancellationToken">Cancels the connect; nothing is left open.</param>
    /// <returns>The peer, for the caller to join or dispose.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such side.</exception>
    /// <exception cref="ArgumentException"><paramref name="forPeer"/> is not the caller's, or another dial for it is under way.</exception>
    /// <exception cref="SocketException">It cannot be connected to; the message names the end point. <see cref="SocketError.ConnectionAborted"/> where <paramref name="forPeer"/> has left.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The verifier rejected it.</exception>
    /// <exception cref="InvalidOperationException">
    /// The verifier failed; the inner exception is what it threw. Or a read of <paramref name="forPeer"/> is under way; nothing was dialled.
    /// </exception>
    /// <exception cref="TimeoutException">The verifier did not finish in time.</exception>
    /// <exception cref="ObjectDisposedException">The dialer is disposed.</exception>
    public async Task<Peer> ConnectAsync(Side side, ConnectOptions connect, Peer? forPeer = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connect);
        Require.Known(side, nameof(side));
        ObjectDisposedException.ThrowIf(_lifetime.IsClosed, this);
        PeerStream? partner = forPeer is null ? null
            : (forPeer.Borrow() as HandedOut)?.Stream ?? throw new ArgumentException("the peer is not the caller's, or is being dialled for already", nameof(forPeer));
        try
        {
            (Peer? peer, Refusal? refusal) = await _lifetime.Acquisition.DialAsync(side, connect, partner, cancellationToken).ConfigureAwait(false);
            return refusal is null ? peer! : throw refusal.ToException();
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_lifetime.IsClosed, this);
            if (forPeer is null)
            {
                throw;
            }

            throw new SocketException((int)SocketError.ConnectionAborted, $"{forPeer} has left, for whom {connect.TargetText} was dialled");
        }
        finally
        {
            forPeer?.Return();
        }
    }

    /// <summary>Cancels connects in progress.</summary>
    /// <returns>A task that completes when nothing is left open.</returns>
    public async ValueTask DisposeAsync()
    {
        _lifetime.Close();
        await _lifetime.Completion.ConfigureAwait(false);
    }
}
