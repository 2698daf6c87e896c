using SocketConnector.Diagnostics;

namespace SocketConnector.Taps;

/// <summary>
/// A tap with the bounded queue of what it is still to see, and the one place where it is called. The relay only
/// copies and goes on.
/// </summary>
internal sealed class AttachedTap(Tap tap, TapSet set, LastWords lastWords) : ITapAttachment
{
    /// <summary>Sixteen full reads of an event loop, or a moment of a fast flow. A single chunk may be larger.</summary>
    internal const int MaxBytes = 1024 * 1024;

    /// <summary>As many as messages: a small chunk costs more than its bytes.</summary>
    internal const int MaxChunks = 4096;

    private const int NoThread = 0;

    private readonly object _gate = new();
    private readonly TellingQueue _queue = new(MaxChunks);
    private readonly bool[] _hasBegun = new bool[2];
    private readonly TapLane _main = new(wireOf: null);
    private readonly TapLane[]? _wires = tap.SeesWire ? [new TapLane(Side.A), new TapLane(Side.B)] : null;
    private int _caller;
    private bool _isClosing;
    private bool _isOver;

    public TapView View { get; } = tap.View;

    /// <summary>Whether it sees what passes below TLS.</summary>
    public bool SeesWire => _wires is not null;

    /// <summary>Whether no call follows.</summary>
    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return _isOver;
            }
        }
    }

    public bool Sees(Side from) => tap.Sees(from);

    /// <param name="wireOf">The peer over whose wire they passed; none where they are of <see cref="View"/>.</param>
    /// <param name="from">The side that they come from.</param>
    /// <param name="time">When they passed.</param>
    /// <param name="bytes">They are copied.</param>
    public void Offer(Side? wireOf, Side from, DateTimeOffset time, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_isOver || _isClosing || (wireOf is null && (bytes = bytes[..tap.Take(from, bytes)]).IsEmpty))
            {
                return;
            }

            TapLane lane = Lane(wireOf);
            if (lane.TryEnter(from, bytes.Length))
            {
                _queue.Add(new ShownChunk(this, lane, from, time, bytes, lane.TakeMissed(from)));
            }
            else
            {
                set.ReportMissed(bytes.Length);
            }
        }
    }

    public void OfferEnd(Side? wireOf, Side of, DateTimeOffset time)
    {
        lock (_gate)
        {
            if (!_isOver && !_isClosing && (wireOf is not null || tap.Sees(of)))
            {
                TapLane lane = Lane(wireOf);
                _queue.Add(new ShownEnd(this, lane, new TapEnd(of, time, lane.TakeMissed(of))));
            }
        }
    }

    /// <inheritdoc cref="TapSet.MissHeld"/>
    public void MissHeld(Side from, int count)
    {
        // Only the pump of this direction asks.
        if (_hasBegun[(int)from])
        {
            return;
        }

        _hasBegun[(int)from] = true;
        lock (_gate)
        {
            _main.Miss(from, count);
            set.ReportMissed(count);
        }
    }

    /// <summary>Bytes passed over a wire that nobody has kept for it.</summary>
    public void MissOnWire(Side peer, Side from, long count)
    {
        lock (_gate)
        {
            Lane(peer).Miss(from, count);
            set.ReportMissed(count);
        }
    }

    public void ReportMissed(long bytes) => set.ReportMissed(bytes);

    public void Close(CloseInfo info, DateTimeOffset time)
    {
        lock (_gate)
        {
            if (_isOver || _isClosing)
            {
                return;
            }

            _isClosing = true;
            lastWords.Begin();
            _queue.Add(new ShownClose(this, Closed(info, time), lastWords));
        }
    }

    /// <summary>Detaches it: no call follows, and none runs but the one that called this.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
        }

        set.Remove(this);
        lock (_gate)
        {
            while (_caller is not NoThread && _caller != Environment.CurrentManagedThreadId)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Its turn in the queue.</summary>
    public void Show(Shown shown)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return;
            }

            _isOver = shown.IsLast;
            _caller = Environment.CurrentManagedThreadId;
        }

        Exception? failure = null;
        try
        {
            shown.To(tap);
        }
        catch (Exception error)
        {
            failure = error;
        }

        lock (_gate)
        {
            _isOver |= failure is not null;
            _caller = NoThread;
            Monitor.PulseAll(_gate);
        }

        if (failure is not null)
        {
            set.Remove(this);
            set.ReportFailed(tap, failure);
        }
    }

    /// <summary>A chunk has left the queue, and its memory is given back.</summary>
    public void MakeRoom(TapLane lane, int bytes)
    {
        lock (_gate)
        {
            lane.Leave(bytes);
        }
    }

    private TapLane Lane(Side? wireOf) => wireOf is { } peer ? _wires![(int)peer] : _main;

    private TapClosed Closed(CloseInfo info, DateTimeOffset time) => new(info, time, _main.Missed)
    {
        MissedA = _main.TakeMissed(Side.A),
        MissedB = _main.TakeMissed(Side.B),
        Wire = _wires is null ? null : [.. _wires.SelectMany(static lane => (long[])[lane.TakeMissed(Side.A), lane.TakeMissed(Side.B)])],
    };
}
