using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Joining;
using SocketConnector.Matching;
using SocketConnector.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>A connector's life: its sides opened, its streams sent on their way, its three ways to end, and the moment when all is closed.</summary>
internal sealed class Switchboard
{
    private readonly ConnectorOptions _options;
    private readonly Observer _observer;
    private readonly OwnedTasks _work;
    private readonly ConnectionSet _connections;
    private readonly PendingQueue _pending = new();
    private readonly Transport _transport;
    private readonly StageOrder _stages;
    private readonly Ways _ways;
    private readonly CancellationTokenSource _stopping = new();
    private GracePeriod? _grace;
    private int _isClosed;

    /// <param name="options">The connector's.</param>
    /// <param name="further">Stages of admission beside the library's own.</param>
    public Switchboard(ConnectorOptions options, IReadOnlyList<Stage>? further = null)
    {
        options = options with { TimeProvider = GuardedClock.Of(options.TimeProvider) };
        _options = options;
        _observer = new Observer(options);
        (options.TimeProvider as GuardedClock)?.ReportTo(error => _observer.Log.ClockFailed(ErrorText.Of(error)));
        _work = new OwnedTasks(_observer);
        _connections = new ConnectionSet(_observer);
        _transport = new Transport(options, _observer);
        var self = new SelfConnection(options.TimeProvider);
        _stages = new StageOrder(options, self, further ?? [], _observer.Log);
        _ways = new Ways(options, _observer, _stopping.Token)
        {
            Work = _work,
            Dialler = _transport.Dialler,
            Self = self,
            Pending = _pending,
            Joiner = new Joiner(options, _observer, _connections, WhenConnectionEnded),
            Exhaustion = new Exhaustion(_pending, _connections),
        };
        Completion = CompleteAsync();
    }

    public SideSetup? SideA { get; private set; }

    public SideSetup? SideB { get; private set; }

    public ConnectionFeed Feed => _ways.Joiner.Feed;

    public IReadOnlyCollection<Connection> Connections => _connections.Snapshot();

    public bool GracePeriodPassed => _grace is { HasPassed: true };

    public bool IsClosed => Volatile.Read(ref _isClosed) != 0;

    public Task Completion { get; }

    public Task Exhaustion => _ways.Exhaustion.Task;

    public IReadOnlyCollection<Peer> Pending(Side side) => _pending.Snapshot(side);

    public ConnectorStats Stats() => _connections.Stats();

    public void StartGrace() => _grace = new GracePeriod(_options.GracePeriod, _options.TimeProvider, CloseIfIdle);

    /// <summary>Binds what listens, then dials what must be there from the start, and only then lets anybody in.</summary>
    /// <exception cref="SocketException">An address cannot be listened on or connected to.</exception>
    public async Task OpenAsync(SideOptions sideA, SideOptions sideB, CancellationToken cancellationToken)
    {
        SideA = await SideSetup.OpenAsync(Side.A, (sideA, sideB), _transport, _stages, cancellationToken).ConfigureAwait(false);
        SideB = await SideSetup.OpenAsync(Side.B, (sideB, sideA), _transport, _stages, cancellationToken).ConfigureAwait(false);
        _ways.Open(SideA, SideB);
        if ((SideA.Target ?? SideB.Target) is not null && (SideA.Bound ?? SideB.Bound) is { } bound)
        {
            _ways.Self.Listens(bound);
        }

        _ways.Exhaustion.Watch(SideA, SideB);
        if (sideA is ConnectOptions targetA && sideB is ConnectOptions targetB)
        {
            (ByteStream a, ByteStream b) = await _transport.Dialler.ConnectBothAsync(targetA.EndPoint, targetB.EndPoint, cancellationToken).ConfigureAwait(false);
            RunPair(a, targetA, b, targetB);
        }
        else if (sideA is ConnectOptions spare)
        {
            RunSpare(SideA, await _transport.Dialler.ConnectAsync(spare.EndPoint, cancellationToken).ConfigureAwait(false));
        }

        StartGrace();
        foreach (SideSetup side in (SideSetup[])[SideA, SideB])
        {
            foreach (AcceptLoop loop in side.AcceptLoops)
            {
                _work.Run(() => AcceptAsync(side, loop));
            }
        }
    }

    /// <summary>Listens on one side alone, for peers that somebody takes.</summary>
    /// <param name="side">The side.</param>
    /// <param name="listen">Where.</param>
    /// <param name="maxWaiting">With so many that nobody has taken, no more are accepted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public async Task<SideSetup> ListenAsync(Side side, ListenOptions listen, int maxWaiting, CancellationToken cancellationToken)
    {
        SideSetup own = await SideSetup.OpenAsync(side, (listen, new SideOptions()), _transport, _stages, cancellationToken).ConfigureAwait(false);
        (SideA, SideB) = side == Side.A ? (own, SideB) : (SideA, own);
        foreach (AcceptLoop loop in own.AcceptLoops)
        {
            _work.Run(() => AcceptAsync(own, loop, maxWaiting));
        }

        return own;
    }

    /// <summary>The next peer of <see cref="ListenAsync"/>, first come first.</summary>
    /// <returns>The caller's; none once this is closed.</returns>
    /// <exception cref="OperationCanceledException">Nobody came in time.</exception>
    public async Task<Peer?> TakeAsync(Side side, CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Task change = _pending.ChangeAsync();
            if (await _pending.TakeFirstAsync(side).ConfigureAwait(false) is { } taken)
            {
                taken.HandOut();
                return taken.Peer;
            }

            if (IsClosed)
            {
                return null;
            }

            await change.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Dials one peer that somebody is to have.</summary>
    /// <param name="side">The side that it will be on.</param>
    /// <param name="options">Where to connect to.</param>
    /// <param name="partner">Whom it is for; given up when that one leaves.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">It cannot be connected to, or the partner has left.</exception>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task<(Peer? Peer, Refusal? Refusal)> DialAsync(Side side, ConnectOptions options, PeerStream? partner, CancellationToken cancellationToken)
    {
        if (!_work.TryBegin())
        {
            return (null, Refusal.Stopped);
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, cancellationToken);
            Task watching = partner is null ? Task.CompletedTask : CancelWhenLeftAsync(partner, either);
            PeerStream? peer = null;
            try
            {
                ByteStream stream = partner is null
                    ? await _transport.Dialler.ConnectAsync(options.EndPoint, either.Token).ConfigureAwait(false)
                    : await _transport.Dialler.Begin(options.EndPoint, partner.Stream).FinishAsync(either.Token).ConfigureAwait(false);
                peer = new PeerStream(side, stream, options.Transformer, _options.TimeProvider.GetUtcNow());
                _work.Begin();
                Arrival arrival = Arrive(peer);
                await arrival.RunHandedOutAsync(_stages.Dialled(options), _ways.ContextOf(peer, options, partner), either.Token).ConfigureAwait(false);
                return (peer.Peer, await arrival.Placed.ConfigureAwait(false));
            }
            finally
            {
                await either.CancelAsync().ConfigureAwait(false);
                await watching.ConfigureAwait(false);
            }
        }
        finally
        {
            _work.End();
        }
    }

    /// <summary>Joins two that were handed out; takes both over, whatever comes of it.</summary>
    public async Task<(Connection? Connection, Refusal? Refusal)> JoinAsync(PeerStream a, PeerStream b)
    {
        if (!_work.TryBegin())
        {
            a.Abort();
            b.Abort();
            return (null, Refusal.Stopped);
        }

        Arrival arrival = Arrive(a);
        await arrival.RunJoinAsync(b).ConfigureAwait(false);
        return (arrival.Connection, await arrival.Placed.ConfigureAwait(false));
    }

    /// <inheritdoc cref="Transport.TakeOver"/>
    public ByteStream TakeOver(Socket socket) => _transport.TakeOver(socket);

    /// <summary>Takes the stream over, whatever comes of it.</summary>
    /// <returns>Its peer, and why it was refused, if it was; no peer once the connector is closed.</returns>
    public async Task<(Peer? Peer, Refusal? Refusal)> AddAsync(Side side, ByteStream stream, SideOptions? options, CancellationToken cancellationToken)
    {
        if (!_work.TryBegin())
        {
            stream.Reset();
            return (null, Refusal.Stopped);
        }

        SideOptions sideOptions = options ?? (side == Side.A ? SideA : SideB)?.Options ?? new SideOptions();
        var peer = new PeerStream(side, stream, sideOptions.Transformer, _options.TimeProvider.GetUtcNow());
        if (sideOptions is AddOptions { LeadingBytes: { IsEmpty: false } leading })
        {
            peer.Unread(leading.ToArray());
        }

        peer.ExpectPartner();
        Arrival arrival = Arrive(peer);
        _ = arrival.RunAsync(_stages.Accepted(sideOptions), _ways.ContextOf(peer, sideOptions), null, cancellationToken);
        return (peer.Peer, await arrival.Placed.ConfigureAwait(false));
    }

    /// <exception cref="SocketException">A side cannot be connected to.</exception>
    public async Task<(Connection? Connection, Refusal? Refusal)> JoinAsync(ConnectOptions sideA, ConnectOptions sideB, CancellationToken cancellationToken)
    {
        if (!_work.TryBegin())
        {
            return (null, Refusal.Stopped);
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, cancellationToken);
            (ByteStream a, ByteStream b) = await _transport.Dialler.ConnectBothAsync(sideA.EndPoint, sideB.EndPoint, either.Token).ConfigureAwait(false);
            Arrival arrival = RunPair(a, sideA, b, sideB);
            Refusal? refusal = await arrival.Placed.ConfigureAwait(false);
            return (arrival.Connection, refusal);
        }
        finally
        {
            _work.End();
        }
    }

    /// <summary>Stops accepting and joining, and ends whatever is not joined yet. Connections go on.</summary>
    public void Close()
    {
        // Before anything else, so that a second caller, who goes on to abort what is joined, misses nobody.
        _connections.Close();
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        try
        {
            _grace?.Dispose();
            SideA?.Dispose();
            SideB?.Dispose();
            _stopping.Cancel();
        }
        finally
        {
            _pending.Close();
            _observer.Log.Draining(_connections.Count);
            _work.Close();
        }
    }

    /// <summary>Ends connections whose reader has stopped, so that a drain is bounded.</summary>
    public void LimitStoppedReaders()
    {
        foreach (Connection connection in _connections.Snapshot())
        {
            connection.LimitStoppedReaders();
        }
    }

    public void AbortConnections()
    {
        foreach (Connection connection in _connections.Snapshot())
        {
            connection.Abort();
        }
    }

    private async Task CancelWhenLeftAsync(PeerStream partner, CancellationTokenSource dialling)
    {
        try
        {
            await partner.WaitUntilLeftAsync(_options.TimeProvider, dialling.Token).ConfigureAwait(false);
            await dialling.CancelAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The dial is over, one way or the other.
        }
    }

    private async Task AcceptAsync(SideSetup side, AcceptLoop loop, int maxWaiting = int.MaxValue)
    {
        while (await HasRoomAsync(side.Side, maxWaiting).ConfigureAwait(false) && await side.NextAsync(loop).ConfigureAwait(false) is { } peer)
        {
            if (_work.TryBegin())
            {
                _ = Arrive(peer).RunAsync(side.Accepted, _ways.ContextOf(peer, side.Options), side);
            }
            else
            {
                peer.Abort();
            }
        }

        // A transport may bring no more while nothing is on its way.
        _ways.Exhaustion.Check();
    }

    /// <summary>Waits until fewer wait than may.</summary>
    /// <returns>Whether anybody is still let in.</returns>
    private async ValueTask<bool> HasRoomAsync(Side side, int maxWaiting)
    {
        while (maxWaiting != int.MaxValue && !IsClosed)
        {
            Task change = _pending.ChangeAsync();
            if (_pending.Count(side) < maxWaiting)
            {
                break;
            }

            await change.ConfigureAwait(false);
        }

        return !IsClosed;
    }

    private void RunSpare(SideSetup side, ByteStream stream)
    {
        var peer = new PeerStream(side.Side, stream, side.Options.Transformer, _options.TimeProvider.GetUtcNow());
        _work.Begin();
        _ways.Spare.Begin();
        _ = Arrive(peer).RunSpareAsync(side.Dialled, _ways.ContextOf(peer, side.Options));
    }

    private Arrival RunPair(ByteStream streamA, SideOptions sideA, ByteStream streamB, SideOptions sideB)
    {
        DateTimeOffset now = _options.TimeProvider.GetUtcNow();
        var a = new PeerStream(Side.A, streamA, sideA.Transformer, now);
        var b = new PeerStream(Side.B, streamB, sideB.Transformer, now);
        _work.Begin();
        Arrival arrival = Arrive(a);
        _ = arrival.RunPairAsync((_stages.Dialled(sideA), _ways.ContextOf(a, sideA, b)), (_stages.Dialled(sideB), _ways.ContextOf(b, sideB, a)));
        return arrival;
    }

    /// <summary>The peer's way begins; <see cref="OwnedTasks.TryBegin"/> came before.</summary>
    private Arrival Arrive(PeerStream peer)
    {
        _ways.Exhaustion.Enter();
        return new Arrival(_ways, peer);
    }

    private void CloseIfIdle()
    {
        if (!IsClosed && _connections.TryCloseEmpty())
        {
            _observer.Log.GracePassed(_options.GracePeriod.TotalSeconds);
            Close();
        }
    }

    private void WhenConnectionEnded(Connection connection, CloseInfo info)
    {
        try
        {
            _connections.Remove(connection);
            _observer.Ended(connection.Id, info, connection.PeerA, connection.PeerB, connection.BytesAToB, connection.BytesBToA);
        }
        finally
        {
            connection.Complete();
            if (GracePeriodPassed)
            {
                CloseIfIdle();
            }

            _ways.Exhaustion.Check();
            _work.End();
        }
    }

    private async Task CompleteAsync()
    {
        await _work.AllDone.ConfigureAwait(false);
        Feed.Complete();
        _ways.Exhaustion.Reach();
        _observer.Log.ConnectorClosed();
        await _observer.FinishAsync().ConfigureAwait(false);
    }
}
