using System.Buffers;
using System.Globalization;
using System.Threading.Channels;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Events;

/// <summary>
/// Writes events, one line each, on a thread of its own: a slow reader, or none at all, delays no relaying and costs
/// bounded memory. A connector's events go straight into it.
/// </summary>
internal sealed class EventWriter : ChannelWriter<ConnectionEvent>, IImmediateEvents
{
    internal const int MaxQueued = 4096;

    /// <summary>
    /// A pipe takes so many at once, or none of them (PIPE_BUF of Linux, pipe(7)): whatever ends the process meanwhile, a reader finds no
    /// half of a line.
    /// </summary>
    internal const int MaxAtOnce = 4096;

    /// <summary>At the end, a reader that makes progress gets this many times the patience of one that does not read.</summary>
    private const int PatienceFactor = 10;

    /// <summary>Peers that are no connection may fill half the queue; anyone can cause them, so the rest is kept for connections.</summary>
    internal const int MaxOfPeers = MaxQueued / 2;

    // After a batch is written. An event that comes alone is told at once; thousands a second are told a hundred times a second,
    // and do not cost a change of threads each.
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(10);

    private readonly object _gate = new();
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<RelayEvent, IBufferWriter<byte>> _form;
    private readonly Func<Stream> _open;
    private readonly Action<string> _notice;
    private readonly ManualResetEventSlim _ending = new();
    private Queue<Queued> _queue = new();
    private bool _hasBegun;
    private RelayEvent? _last;
    private long _lost;
    private long _writes;
    private int _inHand;
    private volatile bool _isBroken;

    /// <param name="form">How an event is written.</param>
    /// <param name="open">Where to; opened on the writer's thread.</param>
    /// <param name="notice">Told in one line when events are lost.</param>
    public EventWriter(Action<RelayEvent, IBufferWriter<byte>> form, Func<Stream> open, Action<string> notice) =>
        (_form, _open, _notice) = (form, open, notice);

    /// <summary>Whether peers that wait are told.</summary>
    public bool TellsPending { get; init; }

    /// <summary>Writes from here on: these first, then whatever has come meanwhile.</summary>
    public void Begin(params IEnumerable<RelayEvent> first)
    {
        lock (_gate)
        {
            if (_hasBegun)
            {
                return;
            }

            _hasBegun = true;
            _queue = new Queue<Queued>(first.Select(happened => new Queued(happened, null)).Concat(_queue));
        }

        new Thread(WriteAll) { Name = "events", IsBackground = true }.Start();
    }

    /// <summary>Never waits.</summary>
    /// <returns>Whether there was room for it.</returns>
    public bool TryWrite(RelayEvent happened) => TryQueue(new Queued(happened, null), MaxQueued) || Lose(1);

    /// <summary>Never waits. Where there is no room for a beginning, its end will not be told either.</summary>
    public override bool TryWrite(ConnectionEvent item) =>
        !IsTold(item.Kind)
        || TryQueue(new Queued(null, item), item.Kind is ConnectionEventKind.Joined or ConnectionEventKind.Closed ? MaxQueued : MaxOfPeers)
        || Lose(item.Kind == ConnectionEventKind.Joined ? 2 : 1);

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(true);

    /// <summary>Writes what is queued and then <paramref name="last"/>, for which there is always room.</summary>
    /// <param name="last">The last event.</param>
    /// <param name="patience">How long to wait for a reader that does not read; for one that is slow, a few times as long.</param>
    public async Task FinishAsync(RelayEvent last, TimeSpan patience)
    {
        Begin();
        lock (_gate)
        {
            _last = last;
            Monitor.Pulse(_gate);
        }

        _ending.Set();
        long writes;
        int waits = 0;
        do
        {
            writes = Volatile.Read(ref _writes);
            await _written.Task.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        while (!_written.Task.IsCompleted && writes != Volatile.Read(ref _writes) && ++waits < PatienceFactor);

        if (!_written.Task.IsCompleted)
        {
            lock (_gate)
            {
                Lose(_inHand + _queue.Count + 1);
            }
        }

        if (Interlocked.Read(ref _lost) is > 0 and long lost)
        {
            _notice(string.Create(CultureInfo.InvariantCulture, $"events left out because standard output was not read: {lost}"));
        }
    }

    /// <summary>A kind that has no form is left out.</summary>
    private bool IsTold(ConnectionEventKind kind) => kind switch
    {
        ConnectionEventKind.Joined or ConnectionEventKind.Closed or ConnectionEventKind.Refused => true,
        ConnectionEventKind.Pending => TellsPending,
        _ => false,
    };

    private bool TryQueue(Queued happened, int most)
    {
        if (_isBroken)
        {
            return true;
        }

        lock (_gate)
        {
            if (_queue.Count >= most)
            {
                return false;
            }

            _queue.Enqueue(happened);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    private bool Lose(long events)
    {
        if (!_isBroken && Interlocked.Add(ref _lost, events) == events)
        {
            _notice("standard output is read too slowly; events are being left out");
        }

        return false;
    }

    private void WriteAll()
    {
        try
        {
            using Stream output = _open();
            var lines = new Lines(output);
            while (TakeAll() is { } batch)
            {
                foreach (Queued happened in batch)
                {
                    Add(happened.Other ?? RelayEvent.Of(happened.OfConnection!), lines);
                }

                Write(lines);
                _ending.Wait(_pause);
            }

            Add(_last!, lines);
            Write(lines);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _isBroken = true;
            _notice($"standard output cannot be written any more, and no further events are told: {error.Message}");
        }
        finally
        {
            _written.SetResult();
        }
    }

    /// <summary>Waits for events.</summary>
    /// <returns>All there are, or none when only the last is left to tell.</returns>
    private Queue<Queued>? TakeAll()
    {
        lock (_gate)
        {
            while (_queue.Count == 0)
            {
                if (_last is not null)
                {
                    return null;
                }

                Monitor.Wait(_gate);
            }

            Queue<Queued> all = _queue;
            _queue = new Queue<Queued>();
            _inHand = all.Count;
            return all;
        }
    }

    private void Add(RelayEvent happened, Lines lines)
    {
        _form(happened, lines.Next);
        lines.Next.Write("\n"u8);
        if (lines.IsFull)
        {
            Write(lines);
        }

        lines.Take();
    }

    private void Write(Lines lines)
    {
        int written = lines.Write();
        Interlocked.Increment(ref _writes);
        lock (_gate)
        {
            _inHand = Math.Max(0, _inHand - written);
        }
    }

    /// <summary>Whole lines, as many as a pipe takes at once.</summary>
    private sealed class Lines(Stream output)
    {
        private readonly ArrayBufferWriter<byte> _whole = new(MaxAtOnce);
        private int _count;

        /// <summary>Where the next one is made.</summary>
        public ArrayBufferWriter<byte> Next { get; } = new();

        /// <summary>Whether there is no room left for the next one.</summary>
        public bool IsFull => _count > 0 && _whole.WrittenCount + Next.WrittenCount > MaxAtOnce;

        public void Take()
        {
            _whole.Write(Next.WrittenSpan);
            Next.ResetWrittenCount();
            _count++;
        }

        /// <returns>How many lines.</returns>
        public int Write()
        {
            output.Write(_whole.WrittenSpan);
            output.Flush();
            _whole.ResetWrittenCount();
            return Interlocked.Exchange(ref _count, 0);
        }
    }

    /// <summary>What is to be told. A connector's event is put into words by the writer's thread, not by the one that it happened on.</summary>
    private readonly record struct Queued(RelayEvent? Other, ConnectionEvent? OfConnection);
}
