using System.Net;
using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Matching;
using SocketConnector.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <content>Where the far side connects out.</content>
internal sealed partial class Arrival
{
    private HashSet<EndPoint>? _refusing;

    /// <summary>Dials the far side for this peer. Whatever comes of it concerns the two alone.</summary>
    private async ValueTask<Refusal?> DialAsync(SideSetup far, DialTargets targets)
    {
        bool awaitsSpare = services.Spare.TryAwait();
        ConnectAttempt? begun = null;
        if (!awaitsSpare && far.AdmitsDialledAtOnce && services.Pending.Count(far.Side) == 0)
        {
            try
            {
                // Nearly every connect is over before it is worth watching the peer that waits for it; the rest is watched from here on.
                begun = services.Dialer.BeginFor(peer, targets);
                if (await begun.Value.TryFinishQuicklyAsync().ConfigureAwait(false) is { } stream)
                {
                    Refusal? refusal = await AdmitPartnerAsync(far, stream, begun.Value.Target, services.Stopping).ConfigureAwait(false);
                    if (!DialsNext(far, begun.Value.Target, refusal))
                    {
                        return refusal ?? await JoinAsync().ConfigureAwait(false);
                    }

                    begun = null;
                }
            }
            catch (SocketException error)
            {
                return Refusal.OfConnect(far.Side, error);
            }
        }

        Meeting met = await services.Pending.MeetAsync(peer, isReserved: !awaitsSpare).ConfigureAwait(false);
        if (met.Place is not { } place)
        {
            begun?.Abandon();
            return await MatchAsync(met).ConfigureAwait(false);
        }

        Task<PendingEnd> watching = WatchAsync(place);
        return awaitsSpare && !await IsPassedOverAsync(place).ConfigureAwait(false)
            ? await WaitAsync(watching).ConfigureAwait(false)
            : await DialWatchedAsync(far, begun ?? default, place, watching).ConfigureAwait(false);
    }

    /// <summary>Gives the stream that was dialled in advance some time to take this peer, the first that came; it would be left over otherwise.</summary>
    /// <returns>Whether the peer is still there, and needs a partner of its own.</returns>
    private async Task<bool> IsPassedOverAsync(PendingPeer place)
    {
        await services.Spare.WaitAsync(services.Time, place.Left).ConfigureAwait(false);
        return services.Pending.TryReserve(place);
    }

    private async Task<Refusal?> DialWatchedAsync(SideSetup far, ConnectAttempt begun, PendingPeer place, Task<PendingEnd> watching)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(services.Stopping, place.Left);
        Refusal? refusal;
        try
        {
            EndPoint? target;
            do
            {
                ConnectAttempt dialling = begun.IsBegun ? begun : services.Dialer.BeginFor(peer, far.Targets!, _refusing);
                begun = default;
                ByteStream stream = await dialling.FinishAsync(either.Token).ConfigureAwait(false);
                target = dialling.Target;
                refusal = await AdmitPartnerAsync(far, stream, target, either.Token).ConfigureAwait(false);
            }
            while (DialsNext(far, target, refusal));
        }
        catch (OperationCanceledException)
        {
            refusal = Refusal.Stopped;
        }
        catch (Exception error)
        {
            refusal = Refusal.OfConnect(far.Side, error);
        }

        bool isThere = await services.Pending.TakeBackAsync(place).ConfigureAwait(false);
        PendingEnd end = await watching.ConfigureAwait(false);
        return isThere ? refusal ?? await JoinAsync().ConfigureAwait(false) : ToRefusal(end);
    }

    private ValueTask<Refusal?> AdmitPartnerAsync(SideSetup far, ByteStream stream, EndPoint? target, CancellationToken enough)
    {
        _partner = services.NewPeer(far.Side, stream, far.Options);
        peer.StopExpecting();
        return services.Admission.RunAsync(far.Dialled, services.ContextOf(_partner, far.Options, peer, target), enough);
    }

    /// <summary>
    /// Whether another target is dialled for the peer, of which nothing has been sent to this one yet: a target that accepts connections and
    /// then fails in its TLS handshake or its verifier is no better than one that cannot be connected to. It rests like that one, and is not
    /// dialled for this peer again: other peers' dials may find that it connects and end its rest, and this peer would run out of tries.
    /// </summary>
    private bool DialsNext(SideSetup far, EndPoint? target, Refusal? refusal)
    {
        if (target is null || refusal is null || refusal.Side != far.Side)
        {
            return false;
        }

        far.Targets!.Failed(target, services.Dialer.Now);
        (_refusing ??= []).Add(target);
        if (!far.Targets.HasOther(_refusing))
        {
            return false;
        }

        services.Observer.Log.TargetRefused(_partner!.Peer, new Cause(refusal.Reason, refusal.Side), ErrorText.Of(refusal.Error));

        peer.ExpectAnother();
        _partner.Abort();
        _partner = null;
        return true;
    }
}
