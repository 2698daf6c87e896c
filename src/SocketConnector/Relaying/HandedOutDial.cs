using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>Dials one peer for the user.</summary>
/// <param name="services">Of the dialer.</param>
/// <param name="side">The side that it will be on.</param>
/// <param name="options">Where to connect to.</param>
/// <param name="partner">The peer that it is for; given up when that one leaves.</param>
internal sealed class HandedOutDial(RelayServices services, Side side, ConnectOptions options, PeerStream? partner)
{
    /// <summary>Dials one peer for the user.</summary>
    /// <exception cref="SocketException">It cannot be connected to.</exception>
    /// <exception cref="OperationCanceledException">Given up, or the partner has left.</exception>
    /// <exception cref="InvalidOperationException">The partner is being read from.</exception>
    public async Task<(Peer? Peer, Refusal? Refusal)> RunAsync(CancellationToken cancellationToken)
    {
        if (!services.Work.TryBegin())
        {
            return (null, Refusal.Stopped);
        }

        try
        {
            using var enough = CancellationTokenSource.CreateLinkedTokenSource(services.Stopping, cancellationToken);
            return partner is null ? await DialAsync(enough.Token).ConfigureAwait(false) : await DialWatchedAsync(partner, enough).ConfigureAwait(false);
        }
        finally
        {
            services.Work.End();
        }
    }

    private async Task<(Peer? Peer, Refusal? Refusal)> DialAsync(CancellationToken enough)
    {
        Stage[] stages = services.Stages.Dialled(options);
        ConnectAttempt attempt = services.Dialer.BeginFor(partner, services.Dialer.TargetsOf(options));
        ByteStream stream = await attempt.FinishAsync(enough).ConfigureAwait(false);
        PeerStream peer = services.NewPeer(side, stream, options);
        services.Observer.BeginTrace(peer.Peer, partner is null ? attempt.Record : null);
        services.Work.Begin();
        Arrival arrival = Arrival.Begin(services, peer);
        await arrival.RunHandedOutAsync(stages, services.ContextOf(peer, options, partner, attempt.Target), enough).ConfigureAwait(false);
        return (peer.Peer, await arrival.Placed.ConfigureAwait(false));
    }

    /// <summary>Watches the partner meanwhile, so nothing else may read from it.</summary>
    private async Task<(Peer? Peer, Refusal? Refusal)> DialWatchedAsync(PeerStream watched, CancellationTokenSource enough)
    {
        watched.BeginAwaiting();
        (Peer? Peer, Refusal? Refusal) dialled = default;
        try
        {
            Task watching = CancelWhenLeftAsync(watched, enough);
            try
            {
                dialled = await DialAsync(enough.Token).ConfigureAwait(false);
            }
            finally
            {
                await enough.CancelAsync().ConfigureAwait(false);
                await watching.ConfigureAwait(false);
            }

            return dialled;
        }
        catch
        {
            // The watch has failed when the peer was handed out already; nobody would have it.
            dialled.Peer?.Dispose();
            throw;
        }
        finally
        {
            watched.EndAwaiting();
        }
    }

    private async Task CancelWhenLeftAsync(PeerStream watched, CancellationTokenSource dialling)
    {
        bool isOver = true;
        try
        {
            isOver = await watched.WaitUntilLeftAsync(services.Time, dialling.Token).ConfigureAwait(false);
        }
        finally
        {
            if (isOver)
            {
                // It has left, or is watched no more.
                await dialling.CancelAsync().ConfigureAwait(false);
            }
        }
    }
}
