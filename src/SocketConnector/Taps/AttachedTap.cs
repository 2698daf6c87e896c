using SocketConnector.Diagnostics;

namespace SocketConnector.Taps;

/// <summary>
/// A tap with the bounded queue of what it is still to see, and the one place where it is called. The relay only
/// copies and goes on.
/// </summary>
internal sealed class AttachedTap(Tap tap, TapSet set, LastWords lastWords) : IDisposable
{
    /// <summary>Sixteen full reads of an event loop, or a moment of a fast flow. A single chunk may be larger.</summary>
    internal const int MaxBytes = 1024 * 1024;

    /// <summary>As many as messages: a small chunk costs more than its bytes.</summary>
    internal const int MaxChunks = 4096;

    private const int NoThread = 0;

    private readonly object _gate = new();
    private readonly TellingQueue _queue = new(MaxChunks);
    private readonly long[] _missedSince = new long[2];
    private readonly bool[] _hasBegun = new bool[2];
    private long _missed;
    private int _bytes;
    private int _chunks;
    private int _caller;
    private bool _isClosing;
    private bool _isOver;

    public TapView View { get; } = tap.View;

    public void Offer(Side from, DateTimeOffset time, ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_isOver || _isClosing)
            {
                return;
            }

            if (_chunks > 0 && (_chunks == MaxChunks || bytes.Length > MaxBytes - _bytes))
            {
                Miss(from, bytes.Length);
                return;
            }

            _chunks++;
            _bytes += bytes.Length;
            _queue.Add(new ShownChunk(this, from, time, bytes, _missedSince[(int)from]));
            _missedSince[(int)from] = 0;
        }
    }

    public void OfferEnd(Side of)
    {
        lock (_gate)
        {
            if (!_isOver && !_isClosing)
            {
                _queue.Add(new ShownEnd(this, of));
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
            Miss(from, count);
        }
    }

    public void Close(CloseInfo info)
    {
        lock (_gate)
        {
            if (_isOver || _isClosing)
            {
                return;
            }

            _isClosing = true;
            lastWords.Begin();
            _queue.Add(new ShownClose(this, info, _missed, lastWords));
        }
    }

    /// <summary>Detaches it: no call follows, and none runs but the one that called this.</summary>
    public void Dispose()
    {
        set.Remove(this);
        lock (_gate)
        {
            _isOver = true;
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
    public void MakeRoom(int bytes)
    {
        lock (_gate)
        {
            _chunks--;
            _bytes -= bytes;
        }
    }

    private void Miss(Side from, int count)
    {
        _missed += count;
        _missedSince[(int)from] += count;
    }
}
