using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Limits;
using SocketConnector.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>Brings the streams of a connector, accepted, dialled, added or given back, and sends each on its way.</summary>
internal sealed class Acquisition(RelayServices services, Transport transport)
{
    /// <summary>Binds what listens, then dials what must be there from the start.</summary>
    /// <exception cref="SocketException">An address cannot be listened on or connected to.</exception>
    public async Task OpenAsync(SideOptions sideA, SideOptions sideB, CancellationToken cancellationToken)
    {
        SideSetup a = await OpenAsync(Side.A, (sideA, sideB), cancellationToken).ConfigureAwait(false);
        SideSetup b = await OpenAsync(Side.B, (sideB, sideA), cancellationToken).ConfigureAwait(false);
        if ((a.Targets ?? b.Targets) is not null)
        {
            SideSetup listening = a.Targets is null ? a : b;
            services.Self.Listens(listening.Side, listening.Bound);
        }

        services.Exhaustion.Watch(a, b);
        if (sideA is ConnectOptions targetA && sideB is ConnectOptions targetB)
        {
            (Dialled dialledA, Dialled dialledB) = await transport.Dialer.ConnectBothAsync(a.Targets!, b.Targets!, cancellationToken).ConfigureAwait(false);
            RunPair((dialledA, targetA, a.Dialled), (dialledB, targetB, b.Dialled));
        }
        else if (sideA is ConnectOptions spare)
        {
            Dialled dialled = await transport.Dialer.ConnectAsync(a.Targets!, cancellationToken).ConfigureAwait(false);
            if (spare.SendProxy is null)
            {
                RunSpare(a, dialled);
            }
            else
            {
                // It was a trial: what it is for has to be told first on it, and nobody has come yet.
                dialled.Stream.Close();
            }
        }
    }

    /// <summary>Lets clients in, on whatever side listens.</summary>
    public void Accept()
    {
        foreach (SideSetup side in ((SideSetup?[])[services.Own(Side.A), services.Own(Side.B)]).OfType<SideSetup>())
        {
            foreach (AcceptLoop loop in side.AcceptLoops)
            {
                services.Work.Run(() => AcceptAsync(side, loop));
            }
        }
    }

    /// <summary>Listens on one side alone, for peers that the user takes.</summary>
    /// <param name="side">The side.</param>
    /// <param name="listen">Where.</param>
    /// <param name="maxWaiting">With so many not yet taken, no more are accepted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public async Task<SideSetup> ListenAsync(Side side, ListenOptions listen, int maxWaiting, CancellationToken cancellationToken)
    {
        SideSetup own = await OpenAsync(side, (listen, new SideOptions()), cancellationToken).ConfigureAwait(false);
        foreach (AcceptLoop loop in own.AcceptLoops)
        {
            services.Work.Run(() => AcceptAsync(own, loop, maxWaiting));
        }

        return own;
    }

    /// <summary>The next peer of <see cref="ListenAsync"/>, first come first.</summary>
    /// <returns>The caller's; none once this is closed.</returns>
    /// <exception cref="OperationCanceledException">No peer came in time.</exception>
    public async Task<Peer?> TakeAsync(Side side, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task change = services.Pending.ChangeAsync();
            if (await services.Pending.TakeFirstAsync(side).ConfigureAwait(false) is { } taken)
            {
                taken.Peer.HandOut(new HandedOut(taken, services));
                return taken.Peer;
            }

            if (services.Stopping.IsCancellationRequested)
            {
                return null;
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="HandedOutDial.RunAsync"/>
    public Task<(Peer? Peer, Refusal? Refusal)> DialAsync(Side side, ConnectOptions options, PeerStream? partner, CancellationToken cancellationToken) =>
        new HandedOutDial(services, side, options, partner).RunAsync(cancellationToken);

    /// <summary>Joins two that were handed out; takes both over, whatever comes of it.</summary>
    public async Task<(Connection? Connection, Refusal? Refusal)> JoinAsync(HandedOut a, HandedOut b)
    {
        if (!services.Work.TryBegin())
        {
            a.Abort();
            b.Abort();
            return (null, Refusal.Stopped);
        }

        Arrival arrival = Arrive(a.Stream);
        await arrival.RunJoinAsync(b.Stream).ConfigureAwait(false);
        return (arrival.Connection, await arrival.Placed.ConfigureAwait(false));
    }

    /// <inheritdoc cref="Transport.TakeOver"/>
    public ByteStream TakeOver(Socket socket) => transport.TakeOver(socket);

    /// <summary>Takes the stream over, whatever comes of it.</summary>
    /// <returns>Its peer, and why it was refused, if it was; no peer once the connector is closed.</returns>
    public async Task<(Peer? Peer, Refusal? Refusal)> AddAsync(Side side, ByteStream stream, AddOptions? options, CancellationToken cancellationToken)
    {
        if (!services.Work.TryBegin())
        {
            stream.Reset();
            return (null, Refusal.Stopped);
        }

        SideOptions sideOptions = (SideOptions?)options ?? services.Own(side)?.Options ?? new SideOptions();
        PeerStream peer;
        try
        {
            ReadOnlySpan<byte> leading = options is null ? [] : options.LeadingBytes.Span;

            // The peer keeps its options, and should not keep those bytes, nor pass for one that was dialled.
            peer = services.NewPeer(side, stream, leading.IsEmpty && sideOptions is not ConnectOptions ? sideOptions : new AddOptions(sideOptions));
            peer.Unread(leading);
        }
        catch
        {
            services.Work.End();
            throw;
        }

        peer.TryExpectPartner();
        Arrival arrival = Arrive(peer);
        _ = arrival.RunAsync(services.Stages.Added(sideOptions), services.ContextOf(peer, sideOptions), cancellationToken);
        return (peer.Peer, await arrival.Placed.ConfigureAwait(false));
    }

    /// <exception cref="SocketException">A side cannot be connected to.</exception>
    public async Task<(Connection? Connection, Refusal? Refusal)> JoinAsync(ConnectOptions sideA, ConnectOptions sideB, CancellationToken cancellationToken)
    {
        if (!services.Work.TryBegin())
        {
            return (null, Refusal.Stopped);
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(services.Stopping, cancellationToken);
            (Stage[] stagesA, Stage[] stagesB) = (services.Stages.Dialled(sideA), services.Stages.Dialled(sideB));
            (Dialled a, Dialled b) = await transport.Dialer.ConnectBothAsync(transport.Dialer.TargetsOf(sideA), transport.Dialer.TargetsOf(sideB), either.Token).ConfigureAwait(false);
            Arrival arrival = RunPair((a, sideA, stagesA), (b, sideB, stagesB));
            Refusal? refusal = await arrival.Placed.ConfigureAwait(false);
            return (arrival.Connection, refusal);
        }
        finally
        {
            services.Work.End();
        }
    }

    private async Task<SideSetup> OpenAsync(Side side, (SideOptions Own, SideOptions Far) options, CancellationToken cancellationToken)
    {
        SideSetup own = await SideSetup.OpenAsync(side, options, transport, services.Stages, cancellationToken).ConfigureAwait(false);
        services.Open(own);
        return own;
    }

    private async Task AcceptAsync(SideSetup side, AcceptLoop loop, int maxWaiting = int.MaxValue)
    {
        while (await HasRoomAsync(side.Side, maxWaiting).ConfigureAwait(false) && await loop.NextAsync(side.Places).ConfigureAwait(false) is { } peer)
        {
            if (services.Work.TryBegin())
            {
                _ = Arrive(peer, side.Limits?.Pending).RunAsync(side.Accepted, services.ContextOf(peer, side.Options));
            }
            else
            {
                peer.Abort();
            }
        }

        // A transport may bring no more while nothing is on its way.
        services.Exhaustion.Check();
    }

    /// <summary>Waits until fewer wait than may.</summary>
    /// <returns>Whether peers are still accepted.</returns>
    private async ValueTask<bool> HasRoomAsync(Side side, int maxWaiting)
    {
        while (maxWaiting != int.MaxValue && !services.Stopping.IsCancellationRequested)
        {
            Task change = services.Pending.ChangeAsync();
            if (services.Pending.Count(side) < maxWaiting)
            {
                break;
            }

            await change.ConfigureAwait(false);
        }

        return !services.Stopping.IsCancellationRequested;
    }

    private void RunSpare(SideSetup side, Dialled dialled)
    {
        PeerStream peer = services.NewPeer(side.Side, dialled.Stream, side.Options);
        services.Work.Begin();
        services.Spare.Begin();
        services.Observer.BeginTrace(peer.Peer, dialled.Record);
        _ = Arrive(peer).RunSpareAsync(side.Dialled, services.ContextOf(peer, side.Options, target: dialled.Target));
    }

    private Arrival RunPair((Dialled Dialled, SideOptions Options, Stage[] Stages) sideA, (Dialled Dialled, SideOptions Options, Stage[] Stages) sideB)
    {
        PeerStream a = services.NewPeer(Side.A, sideA.Dialled.Stream, sideA.Options);
        PeerStream b = services.NewPeer(Side.B, sideB.Dialled.Stream, sideB.Options);
        services.Work.Begin();
        services.Observer.BeginTrace(a.Peer, sideA.Dialled.Record, sideB.Dialled.Record);
        Arrival arrival = Arrive(a);
        _ = arrival.RunPairAsync(
            (sideA.Stages, services.ContextOf(a, sideA.Options, b, sideA.Dialled.Target)),
            (sideB.Stages, services.ContextOf(b, sideB.Options, a, sideB.Dialled.Target)));
        return arrival;
    }

    private Arrival Arrive(PeerStream peer, PendingLimits? limits = null) => Arrival.Begin(services, peer, limits);
}
