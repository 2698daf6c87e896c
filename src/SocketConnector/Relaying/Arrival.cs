using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Limits;
using SocketConnector.Matching;
using SocketConnector.Sockets;

namespace SocketConnector.Relaying;

/// <summary>
/// One stream from its arrival to its connection or its end: admitted, matched or dialled for, joined. Owns the stream, and what is
/// dialled for it, until they are joined or taken; closes first, reports after.
/// </summary>
internal sealed partial class Arrival(RelayServices services, PeerStream peer)
{
    private readonly TaskCompletionSource<Refusal?> _placed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PeerStream? _partner;
    private bool _isUnderWay = true;
    private PendingEnd? _pendingEnd;

    /// <summary>The peer's way begins; <see cref="OwnedTasks.TryBegin"/> came before.</summary>
    public static Arrival Begin(RelayServices services, PeerStream peer, PendingLimits? limits = null)
    {
        services.Exhaustion.Enter();
        return new Arrival(services, peer) { PendingLimits = limits };
    }

    /// <summary>Finishes when the peer is joined, or pending, or refused.</summary>
    public Task<Refusal?> Placed => _placed.Task;

    /// <summary>How many may wait beside it, if that is limited.</summary>
    public PendingLimits? PendingLimits { private get; init; }

    /// <summary>What it was joined into.</summary>
    public Connection? Connection { get; private set; }

    /// <summary>A stream that a listener accepted, or that a user brings.</summary>
    /// <param name="stages">Of its admission.</param>
    /// <param name="context">What they work on.</param>
    /// <param name="enough">Gives the admission up.</param>
    public Task RunAsync(Stage[] stages, AdmissionContext context, CancellationToken enough = default) =>
        ExecuteAsync(AdmitAndPlaceAsync(stages, context, enough));

    /// <summary>A stream that was dialled in advance, and waits for the first to come on the other side.</summary>
    public Task RunSpareAsync(Stage[] stages, AdmissionContext context) => ExecuteAsync(AdmitSpareAsync(stages, context));

    /// <summary>Two streams that were dialled for each other; this is the one of side A.</summary>
    public Task RunPairAsync((Stage[] Stages, AdmissionContext Context) a, (Stage[] Stages, AdmissionContext Context) b) =>
        ExecuteAsync(AdmitPairAsync(a, b));

    /// <summary>A stream for the user, once it is admitted: the user then owns its <see cref="Peer"/>, unless this refuses.</summary>
    public Task RunHandedOutAsync(Stage[] stages, AdmissionContext context, CancellationToken enough) =>
        ExecuteAsync(AdmitAndHandOutAsync(stages, context, enough));

    /// <summary>A stream that was handed out, and comes back to be joined to another that was.</summary>
    public Task RunJoinAsync(PeerStream partner)
    {
        _partner = partner;
        return ExecuteAsync(JoinAsync());
    }

    /// <summary>The frame that owns the stream. Never fails.</summary>
    private async Task ExecuteAsync(ValueTask<Refusal?> way)
    {
        Refusal? refusal = null;
        try
        {
            refusal = await way.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            refusal = services.Admission.Fault(error);
        }
        finally
        {
            try
            {
                if (refusal is not null)
                {
                    Close(refusal);
                }
            }
            finally
            {
                LeaveUnderWay();
                services.Work.End();
                _placed.TrySetResult(refusal);
            }
        }
    }

    private async ValueTask<Refusal?> AdmitAndPlaceAsync(Stage[] stages, AdmissionContext context, CancellationToken enough) =>
        await services.Admission.AdmitAsync(stages, context, enough).ConfigureAwait(false)
        ?? (services.Far(peer.Side) is { Targets: { } targets } far ? await DialAsync(far, targets).ConfigureAwait(false) : await MatchAsync().ConfigureAwait(false));

    private async ValueTask<Refusal?> AdmitSpareAsync(Stage[] stages, AdmissionContext context)
    {
        Meeting met;
        try
        {
            Refusal? refusal = await services.Admission.AdmitAsync(stages, context, default).ConfigureAwait(false);
            peer.IsSpare = true;
            if (refusal is not null || peer.HasLeft())
            {
                return refusal ?? new Refusal(CloseReason.PeerReset, peer.Side, new InvalidOperationException("it has ended before a partner came"));
            }

            met = await services.Pending.MeetAsync(peer, isReserved: false).ConfigureAwait(false);
        }
        finally
        {
            services.Spare.Settle();
        }

        return await MatchAsync(met).ConfigureAwait(false);
    }

    private async ValueTask<Refusal?> AdmitPairAsync((Stage[] Stages, AdmissionContext Context) a, (Stage[] Stages, AdmissionContext Context) b)
    {
        _partner = b.Context.Peer;
        return await services.Admission.AdmitBothAsync(a, b).ConfigureAwait(false) ?? await JoinAsync().ConfigureAwait(false);
    }

    private async ValueTask<Refusal?> AdmitAndHandOutAsync(Stage[] stages, AdmissionContext context, CancellationToken enough)
    {
        Refusal? refusal = await services.Admission.AdmitAsync(stages, context, enough).ConfigureAwait(false);
        if (refusal is null)
        {
            peer.StopExpecting();
            peer.Peer.HandOut(new HandedOut(peer, services));
        }

        return refusal;
    }

    /// <summary>Joins it to the first that waits, or queues it.</summary>
    private async ValueTask<Refusal?> MatchAsync() =>
        await MatchAsync(await services.Pending.MeetAsync(peer, isReserved: false, PendingLimits).ConfigureAwait(false)).ConfigureAwait(false);

    private async ValueTask<Refusal?> MatchAsync(Meeting met)
    {
        if (met.Place is { } place)
        {
            return await WaitAsync(WatchAsync(place)).ConfigureAwait(false);
        }

        _partner = met.Partner;
        return _partner is null ? met.Refusal : await JoinAsync().ConfigureAwait(false);
    }

    /// <summary>Waits until another arrival or the user takes it, and so owns it, or until there is nothing to wait for.</summary>
    private async ValueTask<Refusal?> WaitAsync(Task<PendingEnd> watching)
    {
        peer.StopExpecting();
        LeaveUnderWay();
        _placed.TrySetResult(null);
        return ToRefusal(await watching.ConfigureAwait(false));
    }

    private Task<PendingEnd> WatchAsync(PendingPeer place)
    {
        Task<PendingEnd> watching;
        try
        {
            // Before the watch begins: taking the peer includes awaiting the end of its watch, so this is told before the join.
            services.Observer.Pending(peer.Peer);
        }
        finally
        {
            watching = place.WatchAsync(services.Time, services.Pending.TryRemove);
        }

        return watching;
    }

    private Refusal? ToRefusal(PendingEnd end)
    {
        _pendingEnd = end;
        return end switch
        {
            PendingEnd.Left => new Refusal(CloseReason.PeerReset, peer.Side, new InvalidOperationException("it left while it waited for a partner")),
            PendingEnd.Stopped => Refusal.Stopped,
            PendingEnd.Expired => new Refusal(CloseReason.PendingTimeout, peer.Side, new TimeoutException("no partner came in time")),
            _ => null,
        };
    }

    private async ValueTask<Refusal?> JoinAsync()
    {
        (PeerStream a, PeerStream b) = InOrder();
        a.StopExpecting();
        b.StopExpecting();
        (JoinContext context, Refusal? refusal) = await services.Joiner.PrepareAsync(a, b, services.Stopping).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        services.Work.Begin();
        try
        {
            Connection = services.Joiner.TryJoin(a, b, context);
        }
        finally
        {
            if (Connection is null)
            {
                services.Work.End();
            }
        }

        if (Connection is null)
        {
            return Refusal.Stopped;
        }

        // Both are the connection's from here on, whatever happens.
        services.Joiner.Start(Connection, context);
        return null;
    }

    private (PeerStream A, PeerStream B) InOrder() => peer.Side == Side.A ? (peer, _partner!) : (_partner!, peer);

    private void LeaveUnderWay()
    {
        if (_isUnderWay)
        {
            _isUnderWay = false;
            services.Exhaustion.Leave();
        }
        else
        {
            services.Exhaustion.Check();
        }
    }

    private void Close(Refusal refusal)
    {
        services.Observer.Count(refusal.Reason, refusal.Side);
        try
        {
            peer.Abort();
        }
        finally
        {
            _partner?.Abort();
        }

        if (_pendingEnd is not null)
        {
            services.Observer.TellPendingEnded(peer.Peer, _partner?.Peer, refusal.Reason, refusal.Side);
        }
        else if (_partner is not null)
        {
            (PeerStream a, PeerStream b) = InOrder();
            services.Observer.TellNotJoined(a.Peer, b.Peer, refusal.Reason, refusal.Side, ErrorText.Of(refusal.Error));
        }
        else
        {
            services.Observer.TellNotJoined(peer.Peer, refusal.Reason, refusal.Side, ErrorText.Of(refusal.Error));
        }
    }
}
