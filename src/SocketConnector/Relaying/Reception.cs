using System.Net;
using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>
/// Follows each new socket from admission to its partner: one that waits, one that is dialled for it alone, or one that will
/// come. The same rule for every mode; what differs is only whether the far side can be dialled.
/// </summary>
internal sealed class Reception(
    ConnectorOptions options, Observer observer, Dialler dialler, WaitingRoom waiting, Joining joining, UnderWay underWay, CancellationToken stopping)
{
    /// <summary>How long a peer waits for a socket that was dialled in advance and is still being authenticated, before one is dialled for it.</summary>
    internal static readonly TimeSpan SpareHeadStart = TimeSpan.FromSeconds(1);

    private readonly AdmissionDesk _desk = new(options, observer);
    private readonly SideSetup?[] _sides = new SideSetup?[2];
    private Task _spare = Task.CompletedTask;
    private int _isSpareAwaited;

    public void Open(SideSetup side)
    {
        _sides[(int)side.Side] = side;
        if (Array.Find(_sides, one => one?.Target is not null) is not null && Array.Find(_sides, one => one?.Bound is not null) is { Bound: { } bound })
        {
            _desk.Self.Listens(bound);
        }
    }

    /// <summary>A socket that a listener accepted.</summary>
    public Task ReceiveAsync(SideSetup side, ByteStream socket) => underWay.FollowAsync(async () =>
    {
        (PeerStream peer, Refusal? refusal) = await _desk.AdmitAsync(side.Side, socket, side.Options, stopping).ConfigureAwait(false);
        if (refusal is null && (refusal = await side.TakePlaceAsync(peer, options.TimeProvider, stopping).ConfigureAwait(false)) is not null)
        {
            peer.Abort();
        }

        return await PlaceAsync(peer, refusal).ConfigureAwait(false);
    });

    /// <summary>A socket that the user brings.</summary>
    /// <returns>Its peer, and why that was refused, if it was.</returns>
    public async Task<(Peer Peer, Refusal? Refusal)> AddAsync(Side side, ByteStream socket, SideOptions sideOptions, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        return await underWay.FollowAsync(async () =>
        {
            (PeerStream peer, Refusal? refusal) = await _desk.AdmitAsync(side, socket, sideOptions, either.Token).ConfigureAwait(false);
            return (peer.Peer, await PlaceAsync(peer, refusal).ConfigureAwait(false));
        }).ConfigureAwait(false);
    }

    /// <summary>A socket that was dialled in advance, and waits for the first to come on the other side.</summary>
    public Task ReceiveSpareAsync(SideSetup side, ByteStream socket)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _spare = settled.Task;
        return underWay.FollowAsync(async () =>
        {
            PeerStream peer;
            PeerStream? partner;
            try
            {
                (peer, Refusal? refusal) = await _desk.AdmitAsync(side.Side, socket, side.Options, stopping).ConfigureAwait(false);
                peer.IsSpare = true;
                if (refusal is null && peer.HasLeft())
                {
                    peer.Abort();
                    refusal = new Refusal(CloseReason.PeerReset, side.Side, new InvalidOperationException("it has ended before anybody came"));
                }

                if (refusal is not null)
                {
                    TellRefused(peer, refusal);
                    return refusal;
                }

                (partner, _) = await waiting.MeetAsync(peer, isReserved: false).ConfigureAwait(false);
            }
            finally
            {
                settled.SetResult();
            }

            return partner is null ? null : (await joining.JoinAsync(peer, partner, stopping).ConfigureAwait(false)).Refusal;
        });
    }

    /// <summary>Admits two sockets that were dialled for each other, and joins them.</summary>
    public Task<(Connection? Connection, Refusal? Refusal)> JoinDialledAsync(ByteStream a, ConnectOptions optionsA, ByteStream b, ConnectOptions optionsB) =>
        underWay.FollowAsync(async () =>
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            Task<(PeerStream Peer, Refusal? Refusal)> admittingA = AdmitOneOfTwoAsync(Side.A, a, optionsA, both);
            Task<(PeerStream Peer, Refusal? Refusal)> admittingB = AdmitOneOfTwoAsync(Side.B, b, optionsB, both);
            (PeerStream peerA, Refusal? refusalA) = await admittingA.ConfigureAwait(false);
            (PeerStream peerB, Refusal? refusalB) = await admittingB.ConfigureAwait(false);

            // Where one was refused, the other was given up for it: the first is the reason.
            return (refusalA is { Reason: not CloseReason.Aborted } ? refusalA : refusalB ?? refusalA) is { } refusal
                ? joining.Refuse(peerA, peerB, refusal)
                : await joining.JoinAsync(peerA, peerB, stopping).ConfigureAwait(false);
        });

    private async Task<(PeerStream Peer, Refusal? Refusal)> AdmitOneOfTwoAsync(Side side, ByteStream socket, SideOptions sideOptions, CancellationTokenSource both)
    {
        (PeerStream peer, Refusal? refusal) = await _desk.AdmitAsync(side, socket, sideOptions, both.Token).ConfigureAwait(false);
        if (refusal is not null)
        {
            await both.CancelAsync().ConfigureAwait(false);
        }

        return (peer, refusal);
    }

    private async Task<Refusal?> PlaceAsync(PeerStream peer, Refusal? refusal)
    {
        if (refusal is not null)
        {
            await OffLoop.Async();
            TellRefused(peer, refusal);
            return refusal;
        }

        SideSetup? far = _sides[(int)peer.Side.Other()];
        if (far?.Target is { } dialled && await _desk.Self.OfDialAsync(dialled, stopping).ConfigureAwait(false) is { } loop)
        {
            return await RejectAsync(peer, loop).ConfigureAwait(false);
        }

        bool awaitsSpare = far?.Target is not null && !_spare.IsCompleted && Interlocked.Exchange(ref _isSpareAwaited, 1) == 0;
        DescriptorConnect? begun = null;
        if (far is { Target: { } target, Options.AuthVerifier: null } && waiting.Count(far.Side) == 0)
        {
            // Nearly every connect is over before anybody could notice that the peer waits; the rest is watched from here on.
            (begun, ByteStream? socket, Refusal? failure) = await DialBrieflyAsync(target, far.Side, peer.Stream).ConfigureAwait(false);
            if (failure is not null)
            {
                return await RejectAsync(peer, failure).ConfigureAwait(false);
            }

            if (socket is not null)
            {
                return await JoinDialledForAsync(peer, far, socket).ConfigureAwait(false);
            }
        }

        (PeerStream? partner, PendingPeer? place) = await waiting.MeetAsync(peer, isReserved: far?.Target is not null && !awaitsSpare).ConfigureAwait(false);
        if (place is null)
        {
            begun?.Socket.Close();
        }

        if (partner is not null)
        {
            return (await joining.JoinAsync(peer, partner, stopping).ConfigureAwait(false)).Refusal;
        }

        if (place is null)
        {
            return Refusal.Stopped;
        }

        if (far?.Target is null || (awaitsSpare && !await IsPassedOverAsync(place).ConfigureAwait(false)))
        {
            return null;
        }

        return await DialForAsync(place, far, begun).ConfigureAwait(false);
    }

    /// <summary>Gives the socket that was dialled in advance some time to take the first peer that came; it would be left over otherwise.</summary>
    /// <returns>Whether the peer is still there, and needs a partner of its own.</returns>
    private async Task<bool> IsPassedOverAsync(PendingPeer place)
    {
        await _spare.WaitAsync(SpareHeadStart, options.TimeProvider, place.Left)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return waiting.TryReserve(place);
    }

    /// <returns>What was begun if it takes longer, what is connected, or why it is not; nothing where only the full way can tell.</returns>
    private async ValueTask<(DescriptorConnect? Begun, ByteStream? Socket, Refusal? Failure)> DialBrieflyAsync(EndPoint target, Side side, ByteStream peer)
    {
        try
        {
            if (dialler.Begin(target, peer) is not { } connecting)
            {
                return default;
            }

            return await connecting.IsSoonDoneAsync().ConfigureAwait(false) ? (null, connecting.Socket, null) : (connecting, null, null);
        }
        catch (SocketException error)
        {
            _desk.Self.DialFailed(error);
            return (null, null, Refusal.OfConnect(side, SocketFailure.At("Cannot connect to", target, error)));
        }
    }

    private async ValueTask<Refusal?> JoinDialledForAsync(PeerStream peer, SideSetup far, ByteStream socket)
    {
        (PeerStream partner, Refusal? refusal) = await _desk.AdmitAsync(far.Side, socket, far.Options, stopping).ConfigureAwait(false);
        return refusal is null
            ? (await joining.JoinAsync(peer, partner, stopping).ConfigureAwait(false)).Refusal
            : await RejectAsync(peer, refusal).ConfigureAwait(false);
    }

    private async ValueTask<Refusal> RejectAsync(PeerStream peer, Refusal refusal)
    {
        observer.Count(refusal.Reason, refusal.Side);
        peer.Abort();
        await OffLoop.Async();
        observer.TellNotJoined(peer.Peer, refusal.Reason, refusal.Side, ErrorText.Of(refusal.Error));
        return refusal;
    }

    /// <summary>For what the desk has closed.</summary>
    private void TellRefused(PeerStream peer, Refusal refusal)
    {
        observer.Count(refusal.Reason, refusal.Side);
        observer.TellNotJoined(peer.Peer, refusal.Reason, refusal.Side, ErrorText.Of(refusal.Error));
    }

    /// <summary>Dials the far side for one peer. Whatever comes of it concerns that peer alone.</summary>
    private async Task<Refusal?> DialForAsync(PendingPeer place, SideSetup far, DescriptorConnect? begun)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, place.Left);
        PeerStream? partner = null;
        Refusal? refusal;
        try
        {
            ByteStream socket = await dialler.FinishAsync(far.Target!, begun, either.Token).ConfigureAwait(false);
            (partner, refusal) = await _desk.AdmitAsync(far.Side, socket, far.Options, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            refusal = Refusal.Stopped;
        }
        catch (Exception error)
        {
            _desk.Self.DialFailed(error);
            refusal = Refusal.OfConnect(far.Side, error);
        }

        if (!await waiting.TakeAsync(place).ConfigureAwait(false))
        {
            // It left, or the connector stopped; that is reported already, and what was dialled for it goes too.
            partner?.Abort();
            return refusal ?? Refusal.Stopped;
        }

        if (refusal is null)
        {
            return (await joining.JoinAsync(place.Socket, partner!, stopping).ConfigureAwait(false)).Refusal;
        }

        return await RejectAsync(place.Socket, refusal).ConfigureAwait(false);
    }
}
