using SocketConnector.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Admission;

/// <summary>The stage that takes a place under the side's accept limit; while others hold them all the peer waits its turn, and is watched.</summary>
internal sealed class AcceptLimitStage(AcceptLimiter places, TimeProvider time)
{
    public async ValueTask<Refusal?> RunAsync(AdmissionContext context, CancellationToken stopping)
    {
        PeerStream peer = context.Peer;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task<AcceptLease?> taking = places.TakeAsync(enough.Token);
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
        return peer.HasLeft() ? new Refusal(CloseReason.PeerReset, peer.Side, new InvalidOperationException("it left before it was let in"))
            : place is not null ? null
            : places.IsUsedUp ? new Refusal(CloseReason.Aborted, null, new InvalidOperationException("the side's accept limit is used up"))
            : Refusal.Stopped;
    }
}
