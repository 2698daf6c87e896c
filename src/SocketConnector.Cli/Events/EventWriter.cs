using System.Buffers;
using System.Globalization;
using System.Threading.Channels;

namespace SocketConnector.Cli.Events;

/// <summary>
/// Writes events, one line each, on a thread of its own: whoever reads them slowly, or not at all, delays no relaying and costs
/// bounded memory. A connector's events go straight into it.
/// </summary>
internal sealed class EventWriter : ChannelWriter<ConnectionEvent>
{
    internal const int MostQueued = 4096;

    // Anybody can be refused as often as they like; the other half of the queue stays for those that are joined.
    internal const int MostRefused = MostQueued / 2;

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
    private volatile bool _isBroken;

    /// <param name="form">How an event is written.</param>
    /// <param name="open">Where to; opened on the writer's thread.</param>
    /// <param name="notice">Told in one line when events are lost.</param>
    public EventWriter(Action<RelayEvent, IBufferWriter<byte>> form, Func<Stream> open, Action<string> notice) =>
        (_form, _open, _notice) = (form, open, notice);

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
            _queue = new Queue<Queued>(first.Select(happened => new Queued(happened, default)).Concat(_queue));
        }

        new Thread(WriteAll) { Name = "events", IsBackground = true }.Start();
    }

    /// <summary>Never waits.</summary>
    /// <returns>Whether there was room for it.</returns>
    public bool TryWrite(RelayEvent happened) => TryQueue(new Queued(happened, default), MostQueued) || Lose(1);

    /// <summary>Never waits. Where there is no room for a beginning, its end will not be told either.</summary>
    public override bool TryWrite(ConnectionEvent item) =>
        TryQueue(new Queued(null, item), item.Kind == ConnectionEventKind.Refused ? MostRefused : MostQueued) || Lose(item.Kind == ConnectionEventKind.Joined ? 2 : 1);

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(true);

    /// <summary>Writes what is queued and then <paramref name="last"/>, for which there is always room.</summary>
    /// <param name="last">The last event.</param>
    /// <param name="patience">How long to wait for a reader that does not read.</param>
    public async Task FinishAsync(RelayEvent last, TimeSpan patience)
    {
        Begin();
        lock (_gate)
        {
            _last = last;
            Monitor.Pulse(_gate);
        }

        _ending.Set();
        await _written.Task.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_written.Task.IsCompleted)
        {
            lock (_gate)
            {
                Lose(_queue.Count + 1);
            }
        }

        if (Interlocked.Read(ref _lost) is > 0 and long lost)
        {
            _notice(string.Create(CultureInfo.InvariantCulture, $"events left out because standard output was not read: {lost}"));
        }
    }

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
            var lines = new ArrayBufferWriter<byte>();
            while (TakeAll() is { } batch)
            {
                foreach (Queued happened in batch)
                {
                    Form(happened.Other ?? RelayEvent.Of(happened.OfConnection), lines);
                }

                Write(lines, output);
                _ending.Wait(_pause);
            }

            Form(_last!, lines);
            Write(lines, output);
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
            return all;
        }
    }

    private void Form(RelayEvent happened, ArrayBufferWriter<byte> lines)
    {
        _form(happened, lines);
        lines.Write("\n"u8);
    }

    private static void Write(ArrayBufferWriter<byte> lines, Stream output)
    {
        output.Write(lines.WrittenSpan);
        output.Flush();
        lines.ResetWrittenCount();
    }

    /// <summary>What is to be told. A connector's event is put into words by the writer's thread, not by the one that it happened on.</summary>
    private readonly record struct Queued(RelayEvent? Other, ConnectionEvent OfConnection);
}
