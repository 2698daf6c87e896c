using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Joining;
using SocketConnector.Matching;
using SocketConnector.Taps;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>A connector's life: its sides opened, its streams sent on their way, its three services to end, and the moment when all is closed.</summary>
internal sealed class ConnectorLifetime
{
    private readonly ConnectorOptions _options;
    private readonly Observer _observer;
    private readonly OwnedTasks _work;
    private readonly ConnectionSet _connections;
    private readonly Expiry? _expiry;
    private readonly PendingQueue _pending;
    private readonly RelayServices _services;
    private readonly CancellationTokenSource _stopping = new();
    private GracePeriod? _grace;
    private int _isClosed;

    /// <param name="options">The connector's.</param>
    /// <param name="further">Stages of admission beside the library's own.</param>
    /// <param name="resolver">Looks up the names that are dialled; with none, the runtime does.</param>
    public ConnectorLifetime(ConnectorOptions options, IReadOnlyList<Stage>? further = null, NameResolver? resolver = null)
    {
        options = options with { TimeProvider = GuardedClock.Of(options.TimeProvider) };
        (_options, StartedAt) = (options, options.TimeProvider.GetUtcNow());
        _observer = new Observer(options);
        (options.TimeProvider as GuardedClock)?.ReportTo(error => _observer.Log.ClockFailed(ErrorText.Of(error)));
        _work = new OwnedTasks(_observer);
        _expiry = Expiry.Of(options);
        _connections = new ConnectionSet(_observer, _expiry);
        _pending = new PendingQueue(options.TimeProvider, options.PendingTimeout);
        var self = new SelfConnection();
        var transport = new Transport(options, _observer, resolver, self.WhyNot);
        _services = new RelayServices(options, _observer, _stopping.Token)
        {
            Work = _work,
            Dialer = transport.Dialer,
            Stages = new StageOrder(options, self, further ?? [], _observer),
            Self = self,
            Pending = _pending,
            Joiner = new Joiner(options, _observer, _connections, WhenConnectionEnded),
            Exhaustion = new Exhaustion(_pending, _connections),
        };
        Acquisition = new Acquisition(_services, transport);
        _observer.Metrics.Begin(new ConnectorTotals(_connections, _pending, _observer));
        Completion = CompleteAsync();
    }

    public string? Name => _options.Name;

    public SideSetup? SideA => _services.Own(Side.A);

    public SideSetup? SideB => _services.Own(Side.B);

    public ConnectionFeed Feed => _services.Joiner.Feed;

    public TapSources Taps => _services.Joiner.Taps;

    public IReadOnlyCollection<Connection> Connections => _connections.Snapshot();

    public bool GracePeriodPassed => _grace is { HasPassed: true };

    public bool IsClosed => Volatile.Read(ref _isClosed) != 0;

    public Task Completion { get; }

    public Task Exhaustion => _services.Exhaustion.Task;

    public IReadOnlyCollection<Peer> Pending(Side side) => _pending.Snapshot(side);

    public IReadOnlyCollection<AdmittingPeer> Admitting => _services.Admission.Admitting.Snapshot();

    /// <inheritdoc cref="Connector.IsStarving"/>
    public bool IsStarving => SideA is { IsStarving: true } || SideB is { IsStarving: true };

    public DateTimeOffset StartedAt { get; }

    public EventFeeds Events => _observer.Events;

    public Connection? Find(long id) => _connections.Find(id);

    public ConnectorStats Stats() => _connections.Stats() with
    {
        PendingA = _pending.Count(Side.A),
        PendingB = _pending.Count(Side.B),
        Admitting = _services.Admission.Admitting.Count,
    };

    /// <summary>Brings the streams.</summary>
    public Acquisition Acquisition { get; }

    /// <summary>Opens both sides. The grace period starts before the first accept.</summary>
    /// <exception cref="SocketException">An address cannot be listened on or connected to.</exception>
    public async Task OpenAsync(SideOptions sideA, SideOptions sideB, CancellationToken cancellationToken)
    {
        await Acquisition.OpenAsync(sideA, sideB, cancellationToken).ConfigureAwait(false);
        StartGrace();
        Acquisition.Accept();
    }

    public void StartGrace() => _grace = new GracePeriod(_options.GracePeriod, _options.TimeProvider, CloseIfIdle);

    /// <summary>Stops accepting and joining, and ends whatever is not joined yet. Connections go on.</summary>
    public void Close()
    {
        // Before anything else, so that a second caller, which goes on to abort what is joined, misses no connection.
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
            connection.Pair.LimitStoppedReaders();
        }
    }

    public void AbortConnections()
    {
        foreach (Connection connection in _connections.Snapshot())
        {
            connection.Abort();
        }
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
            connection.Pair.Complete();
            if (GracePeriodPassed)
            {
                CloseIfIdle();
            }

            _services.Exhaustion.Check();
            _work.End();
        }
    }

    private async Task CompleteAsync()
    {
        await _work.AllDone.ConfigureAwait(false);
        foreach (SideSetup side in ((SideSetup?[])[SideA, SideB]).OfType<SideSetup>())
        {
            // Accepting waits for this too, and may never have begun.
            await side.ClosedAsync().ConfigureAwait(false);
        }

        _expiry?.Dispose();
        Feed.Complete();
        _services.Exhaustion.Reach();
        _observer.Log.ConnectorClosed();
        await _observer.FinishAsync().ConfigureAwait(false);
    }
}
