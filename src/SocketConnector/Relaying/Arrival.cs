using System.Net;
using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Matching;
using SocketConnector.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>
/// One stream from its arrival to its connection or its end: admitted, matched or dialled for, joined. Owns the stream, and what is
/// dialled for it, until they are joined or somebody else has taken it; closes first, and tells after.
/// </summary>
internal sealed class Arrival(Ways ways, PeerStream peer)
{
    private readonly TaskCompletionSource<Refusal?> _placed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PeerStream? _partner;
    private bool _isUnderWay = true;
    private bool _isPair;
    private PendingEnd? _pendingEnd;

    /// <summary>Finishes when the peer is joined, or pending, or refused.</summary>
    public Task<Refusal?> Placed => _placed.Task;

    /// <summary>What it was joined into.</summary>
    public Connection? Connection { get; private set; }

    /// <summary>A stream that a listener accepted, or that a user brings.</summary>
    /// <param name="admission">Its stages.</param>
    /// <param name="context">What they work on.</param>
    /// <param name="places">The side whose accept limit it counts under, if there is one.</param>
    /// <param name="enough">Gives the admission up.</param>
    public Task RunAsync(AdmissionChain admission, AdmissionContext context, SideSetup? places, CancellationToken enough = default) =>
        OwnAsync(WalkAsync(admission, context, places, enough));

    /// <summary>A stream that was dialled in advance, and waits for the first to come on the other side.</summary>
    public Task RunSpareAsync(AdmissionChain admission, AdmissionContext context) => OwnAsync(WalkSpareAsync(admission, context));

    /// <summary>Two streams that were dialled for each other; this is the one of side A.</summary>
    public Task RunPairAsync((AdmissionChain Chain, AdmissionContext Context) a, (AdmissionChain Chain, AdmissionContext Context) b) =>
        OwnAsync(WalkPairAsync(a, b));

    /// <summary>The frame that owns the stream. Never fails.</summary>
    private async Task OwnAsync(ValueTask<Refusal?> way)
    {
        Refusal? refusal = null;
        try
        {
            refusal = await way.ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever a peer or a user's code can do is handled where it happens; this is ours, and costs this peer alone.
            ways.Observer.Log.Fault(error);
            refusal = new Refusal(CloseReason.Aborted, null, error);
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
                Settle();
                ways.Work.End();
                _placed.TrySetResult(refusal);
            }
        }
    }

    private async ValueTask<Refusal?> WalkAsync(AdmissionChain admission, AdmissionContext context, SideSetup? places, CancellationToken enough) =>
        await AdmitAsync(admission, context, enough).ConfigureAwait(false)
        ?? (places is null ? null : await places.TakePlaceAsync(peer, ways.Time, ways.Stopping).ConfigureAwait(false))
        ?? (ways.Far(peer.Side) is { Target: { } target } far ? await DialAsync(far, target).ConfigureAwait(false) : await MatchAsync().ConfigureAwait(false));

    private async ValueTask<Refusal?> WalkSpareAsync(AdmissionChain admission, AdmissionContext context)
    {
        (PeerStream? Partner, PendingPeer? Place) met;
        try
        {
            Refusal? refusal = await AdmitAsync(admission, context, default).ConfigureAwait(false);
            peer.IsSpare = true;
            if (refusal is not null || peer.HasLeft())
            {
                return refusal ?? new Refusal(CloseReason.PeerReset, peer.Side, new InvalidOperationException("it has ended before anybody came"));
            }

            met = await ways.Pending.MeetAsync(peer, isReserved: false).ConfigureAwait(false);
        }
        finally
        {
            ways.Spare.Settle();
        }

        return await MatchAsync(met).ConfigureAwait(false);
    }

    private async ValueTask<Refusal?> WalkPairAsync((AdmissionChain Chain, AdmissionContext Context) a, (AdmissionChain Chain, AdmissionContext Context) b)
    {
        (_partner, _isPair) = (b.Context.Peer, true);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ways.Stopping);
        Task<Refusal?> admittingA = AdmitOneOfTwoAsync(a.Chain, a.Context, both);
        Task<Refusal?> admittingB = AdmitOneOfTwoAsync(b.Chain, b.Context, both);
        Refusal? refusalA = await admittingA.ConfigureAwait(false);
        Refusal? refusalB = await admittingB.ConfigureAwait(false);

        // Where one was refused, the other was given up for it: the first is the reason.
        return (refusalA is { Reason: not CloseReason.Aborted } ? refusalA : refusalB ?? refusalA) ?? await JoinAsync().ConfigureAwait(false);
    }

    private async ValueTask<Refusal?> AdmitAsync(AdmissionChain admission, AdmissionContext context, CancellationToken enough)
    {
        if (!enough.CanBeCanceled)
        {
            return await admission.RunAsync(context, ways.Stopping).ConfigureAwait(false);
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(ways.Stopping, enough);
        return await admission.RunAsync(context, either.Token).ConfigureAwait(false);
    }

    private static async Task<Refusal?> AdmitOneOfTwoAsync(AdmissionChain chain, AdmissionContext context, CancellationTokenSource both)
    {
        Refusal? refusal = await chain.RunAsync(context, both.Token).ConfigureAwait(false);
        if (refusal is not null)
        {
            await both.CancelAsync().ConfigureAwait(false);
        }

        return refusal;
    }

    /// <summary>Joins it to who waits for it, or has it wait.</summary>
    private async ValueTask<Refusal?> MatchAsync() => await MatchAsync(await ways.Pending.MeetAsync(peer, isReserved: false).ConfigureAwait(false)).ConfigureAwait(false);

    private async ValueTask<Refusal?> MatchAsync((PeerStream? Partner, PendingPeer? Place) met)
    {
        if (met.Place is { } place)
        {
            return await WaitAsync(WatchAsync(place)).ConfigureAwait(false);
        }

        _partner = met.Partner;
        return _partner is null ? Refusal.Stopped : await JoinAsync().ConfigureAwait(false);
    }

    /// <summary>Has it wait until somebody takes it, and so owns it, or until there is nothing to wait for.</summary>
    private async ValueTask<Refusal?> WaitAsync(Task<PendingEnd> watching)
    {
        peer.StopExpecting();
        Settle();
        _placed.TrySetResult(null);
        return WhyNot(await watching.ConfigureAwait(false));
    }

    private Task<PendingEnd> WatchAsync(PendingPeer place)
    {
        ways.Observer.Log.PeerPending(peer.Peer);
        return place.WatchAsync(ways.Time, ways.Pending.TryRemove);
    }

    private Refusal? WhyNot(PendingEnd end)
    {
        _pendingEnd = end;
        return end switch
        {
            PendingEnd.Left => new Refusal(CloseReason.PeerReset, peer.Side, new InvalidOperationException("it left while it waited for a partner")),
            PendingEnd.Stopped => Refusal.Stopped,
            _ => null,
        };
    }

    /// <summary>Dials the far side for this peer. Whatever comes of it concerns the two alone.</summary>
    private async ValueTask<Refusal?> DialAsync(SideSetup far, EndPoint target)
    {
        if (await ways.Self.OfDialAsync(target, ways.Stopping).ConfigureAwait(false) is { } loop)
        {
            return loop;
        }

        bool awaitsSpare = ways.Spare.TryAwait();
        Dialling? begun = null;
        if (!awaitsSpare && far.Options.AuthVerifier is null && ways.Pending.Count(far.Side) == 0)
        {
            try
            {
                // Nearly every connect is over before anybody could notice that the peer waits; the rest is watched from here on.
                begun = ways.Dialler.Begin(target, peer.Stream);
                if (await begun.Value.SoonAsync().ConfigureAwait(false) is { } stream)
                {
                    return await AdmitPartnerAsync(far, stream, ways.Stopping).ConfigureAwait(false) ?? await JoinAsync().ConfigureAwait(false);
                }
            }
            catch (SocketException error)
            {
                return ConnectFailed(far, error);
            }
        }

        (PeerStream? partner, PendingPeer? place) = await ways.Pending.MeetAsync(peer, isReserved: !awaitsSpare).ConfigureAwait(false);
        if (place is null)
        {
            begun?.Abandon();
            return await MatchAsync((partner, null)).ConfigureAwait(false);
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
        await ways.Spare.WaitAsync(ways.Time, place.Left).ConfigureAwait(false);
        return ways.Pending.TryReserve(place);
    }

    private async Task<Refusal?> DialWatchedAsync(SideSetup far, Dialling begun, PendingPeer place, Task<PendingEnd> watching)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ways.Stopping, place.Left);
        Refusal? refusal;
        try
        {
            Dialling dialling = begun.IsBegun ? begun : ways.Dialler.Begin(far.Target!, peer.Stream);
            ByteStream stream = await dialling.FinishAsync(either.Token).ConfigureAwait(false);
            refusal = await AdmitPartnerAsync(far, stream, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            refusal = Refusal.Stopped;
        }
        catch (Exception error)
        {
            refusal = ConnectFailed(far, error);
        }

        bool isThere = await ways.Pending.TakeBackAsync(place).ConfigureAwait(false);
        PendingEnd end = await watching.ConfigureAwait(false);
        return isThere ? refusal ?? await JoinAsync().ConfigureAwait(false) : WhyNot(end);
    }

    private ValueTask<Refusal?> AdmitPartnerAsync(SideSetup far, ByteStream stream, CancellationToken enough)
    {
        _partner = new PeerStream(far.Side, stream, far.Options.Transformer, ways.Time.GetUtcNow());
        peer.StopExpecting();
        return far.Dialled.RunAsync(ways.ContextOf(_partner, far.Options, peer), enough);
    }

    private Refusal ConnectFailed(SideSetup far, Exception error)
    {
        ways.Self.DialFailed(error);
        return Refusal.OfConnect(far.Side, error);
    }

    private async ValueTask<Refusal?> JoinAsync()
    {
        _isPair = true;
        (PeerStream a, PeerStream b) = InOrder();
        (JoinContext context, Refusal? refusal) = await ways.Joiner.PrepareAsync(a, b, ways.Stopping).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        ways.Work.Begin();
        if (ways.Joiner.TryJoin(a, b, context) is not { } connection)
        {
            ways.Work.End();
            return Refusal.Stopped;
        }

        Connection = connection;
        ways.StopListeningWhereUsedUp();
        connection.Start(context);
        return null;
    }

    private (PeerStream A, PeerStream B) InOrder() => peer.Side == Side.A ? (peer, _partner!) : (_partner!, peer);

    private void Settle()
    {
        if (_isUnderWay)
        {
            _isUnderWay = false;
            ways.Exhaustion.Leave();
        }
        else
        {
            ways.Exhaustion.Check();
        }
    }

    private void Close(Refusal refusal)
    {
        ways.Observer.Count(refusal.Reason, refusal.Side);
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
            ways.Observer.TellPendingEnded(peer.Peer, refusal.Reason, refusal.Side);
        }
        else if (_isPair)
        {
            (PeerStream a, PeerStream b) = InOrder();
            ways.Observer.TellNotJoined(a.Peer, b.Peer, refusal.Reason, refusal.Side, ErrorText.Of(refusal.Error));
        }
        else
        {
            ways.Observer.TellNotJoined(peer.Peer, refusal.Reason, refusal.Side, ErrorText.Of(refusal.Error));
        }
    }
}
