using System.Net.Sockets;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Joining;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.Transports;

namespace SocketConnector.Relaying;

/// <summary>A connector's life: its sides opened, its sockets received, its three ways to end, and the moment when all is closed.</summary>
internal sealed class Switchboard
{
    private readonly ConnectorOptions _options;
    private readonly Observer _observer;
    private readonly OwnedTasks _work;
    private readonly ConnectionSet _connections;
    private readonly WaitingRoom _waiting;
    private readonly UnderWay _underWay = new();
    private readonly LoopGroup? _loops;
    private readonly Dialler _dialler;
    private readonly Reception _reception;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _exhaustion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private GracePeriod? _grace;
    private int _isClosed;

    public Switchboard(ConnectorOptions options)
    {
        options = options with { TimeProvider = GuardedClock.Of(options.TimeProvider) };
        _options = options;
        _observer = new Observer(options);
        (options.TimeProvider as GuardedClock)?.ReportTo(error => _observer.Log.ClockFailed(ErrorText.Of(error)));
        _work = new OwnedTasks(_observer);
        _connections = new ConnectionSet(_observer);
        _waiting = new WaitingRoom(options.TimeProvider, _observer, _work);
        _loops = options.Engine == EngineChoice.Portable ? null : LoopGroup.Shared;
        if (_loops is null && options.Engine == EngineChoice.Auto)
        {
            _observer.Log.Portable(LoopGroup.Refusal ?? "there is no other here");
        }

        _dialler = new Dialler(options.ConnectTimeout, options.TimeProvider, _loops);
        var joining = new Joining(options, _observer, _loops, _connections, Feed, _work);
        _reception = new Reception(options, _observer, _dialler, _waiting, joining, _underWay, _stopping.Token);
        joining.Ended += WhenConnectionEnded;
        _waiting.Left += CheckExhaustion;
        _underWay.Settled += CheckExhaustion;
        Completion = CompleteAsync();
    }

    public SideSetup? SideA { get; private set; }

    public SideSetup? SideB { get; private set; }

    public ConnectionFeed Feed { get; } = new();

    public IReadOnlyCollection<Connection> Connections => _connections.Snapshot();

    public bool GracePeriodPassed => _grace is { HasPassed: true };

    public bool IsClosed => Volatile.Read(ref _isClosed) != 0;

    public Task Completion { get; }

    public Task Exhaustion => _exhaustion.Task;

    public IReadOnlyCollection<Peer> Pending(Side side) => _waiting.Snapshot(side);

    public ConnectorStats Stats() => _connections.Stats();

    public void StartGrace() => _grace = new GracePeriod(_options.GracePeriod, _options.TimeProvider, CloseIfIdle);

    /// <summary>Binds what listens, then dials what must be there from the start, and only then lets anybody in.</summary>
    /// <exception cref="SocketException">An address cannot be listened on or connected to.</exception>
    public async Task OpenAsync(SideOptions sideA, SideOptions sideB, CancellationToken cancellationToken)
    {
        SideA = await SideSetup.OpenAsync(Side.A, sideA, far: sideB, _observer, _loops, _options, cancellationToken).ConfigureAwait(false);
        SideB = await SideSetup.OpenAsync(Side.B, sideB, far: sideA, _observer, _loops, _options, cancellationToken).ConfigureAwait(false);
        _reception.Open(SideA);
        _reception.Open(SideB);
        if (sideA is ConnectOptions targetA && sideB is ConnectOptions targetB)
        {
            (ByteStream a, ByteStream b) = await _dialler.ConnectBothAsync(targetA.EndPoint, targetB.EndPoint, cancellationToken).ConfigureAwait(false);
            _work.Run(() => _reception.JoinDialledAsync(a, targetA, b, targetB));
        }
        else if (sideA is ConnectOptions spare)
        {
            ByteStream socket = await _dialler.ConnectAsync(spare.EndPoint, cancellationToken).ConfigureAwait(false);
            _work.Run(() => _reception.ReceiveSpareAsync(SideA, socket));
        }

        StartGrace();
        Accept(SideA);
        Accept(SideB);
    }

    /// <exception cref="SocketException">The system refuses; the socket is closed.</exception>
    public ByteStream TakeOver(Socket socket)
    {
        try
        {
            return ByteStreams.Of(socket, _loops);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Takes the socket over, whatever comes of it.</summary>
    /// <returns>The socket's peer, and why it was refused, if it was; no peer once the connector is closed.</returns>
    public async Task<(Peer? Peer, Refusal? Refusal)> AddAsync(Side side, ByteStream socket, SideOptions? options, CancellationToken cancellationToken)
    {
        if (!_work.TryBegin())
        {
            socket.Reset();
            return (null, Refusal.Stopped);
        }

        try
        {
            SideOptions sideOptions = options ?? (side == Side.A ? SideA : SideB)?.Options ?? new SideOptions();
            return await _reception.AddAsync(side, socket, sideOptions, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _work.End();
        }
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
            (ByteStream a, ByteStream b) = await _dialler.ConnectBothAsync(sideA.EndPoint, sideB.EndPoint, either.Token).ConfigureAwait(false);
            return await _reception.JoinDialledAsync(a, sideA, b, sideB).ConfigureAwait(false);
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
            _waiting.Close();
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

    private void Accept(SideSetup side) => _work.Run(async () =>
    {
        await side.AcceptAsync(accepted: socket => _work.Run(() => _reception.ReceiveAsync(side, socket)), toCome: () => _underWay.Now).ConfigureAwait(false);

        // A transport may bring no more while nothing is under way.
        CheckExhaustion();
    });

    private void CloseIfIdle()
    {
        if (!IsClosed && _connections.TryCloseEmpty())
        {
            _observer.Log.GracePassed(_options.GracePeriod.TotalSeconds);
            Close();
        }
    }

    private void WhenConnectionEnded()
    {
        if (GracePeriodPassed)
        {
            CloseIfIdle();
        }

        CheckExhaustion();
    }

    private async Task CompleteAsync()
    {
        await _work.AllDone.ConfigureAwait(false);
        Feed.Complete();
        _exhaustion.TrySetResult();
        _observer.Log.ConnectorClosed();
        await _observer.FinishAsync().ConfigureAwait(false);
    }

    private void CheckExhaustion()
    {
        if (SideA is null || SideB is null)
        {
            return;
        }

        // A socket on its way would be seen by none of the other questions; if one has set out meanwhile, it will ask again.
        long ever = _underWay.Ever;
        if (_underWay.Now > 0 || _connections.Count > 0)
        {
            return;
        }

        bool comesA = SideA.IsListening || _waiting.Count(Side.A) > 0;
        bool comesB = SideB.IsListening || _waiting.Count(Side.B) > 0;
        bool pairCanCome = (comesA || comesB) && (comesA || SideA.Target is not null) && (comesB || SideB.Target is not null);
        if (!pairCanCome && ever == _underWay.Ever)
        {
            _exhaustion.TrySetResult();
        }
    }
}
