using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;

namespace SocketConnector.Cli.Events;

/// <summary>
/// Writes events, one line each, on a thread of its own: whoever reads them slowly, or not at all, delays no relaying and
/// costs bounded memory.
/// </summary>
internal sealed class EventWriter
{
    internal const int MostQueued = 4096;

    private readonly BlockingCollection<RelayEvent> _queue = new(MostQueued);
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<RelayEvent, IBufferWriter<byte>> _form;
    private readonly Func<Stream> _open;
    private readonly Action<string> _notice;
    private RelayEvent? _last;
    private long _lost;
    private volatile bool _isBroken;

    /// <param name="form">How an event is written.</param>
    /// <param name="open">Where to; opened on the writer's thread.</param>
    /// <param name="notice">Told in one line when events are lost.</param>
    public EventWriter(Action<RelayEvent, IBufferWriter<byte>> form, Func<Stream> open, Action<string> notice)
    {
        (_form, _open, _notice) = (form, open, notice);
        new Thread(WriteAll) { Name = "events", IsBackground = true }.Start();
    }

    /// <summary>Never waits.</summary>
    /// <returns>Whether there was room for it.</returns>
    public bool TryWrite(RelayEvent happened)
    {
        if (_queue.TryAdd(happened))
        {
            return true;
        }

        Lose(1);
        return false;
    }

    /// <summary>Counts events that got lost before they came here.</summary>
    public void Lose(long events)
    {
        if (events > 0 && !_isBroken && Interlocked.Add(ref _lost, events) == events)
        {
            _notice("standard output is read too slowly; events are being left out");
        }
    }

    /// <summary>Writes what is queued and then <paramref name="last"/>, for which there is always room.</summary>
    /// <param name="last">The last event.</param>
    /// <param name="patience">How long to wait for a reader that does not read.</param>
    public async Task FinishAsync(RelayEvent last, TimeSpan patience)
    {
        _last = last;
        _queue.CompleteAdding();
        await _written.Task.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_written.Task.IsCompleted)
        {
            Lose(_queue.Count + 1);
        }

        if (Interlocked.Read(ref _lost) is > 0 and long lost)
        {
            _notice(string.Create(CultureInfo.InvariantCulture, $"events left out because standard output was not read: {lost}"));
        }
    }

    private void WriteAll()
    {
        try
        {
            using Stream output = _open();
            var line = new ArrayBufferWriter<byte>();
            foreach (RelayEvent happened in _queue.GetConsumingEnumerable())
            {
                Write(happened, line, output);
            }

            Write(_last!, line, output);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _isBroken = true;
            _notice($"standard output cannot be written any more, and no further events are told: {error.Message}");
            DiscardAll();
        }
        finally
        {
            _written.SetResult();
        }
    }

    private void Write(RelayEvent happened, ArrayBufferWriter<byte> line, Stream output)
    {
        line.ResetWrittenCount();
        _form(happened, line);
        line.Write("\n"u8);
        output.Write(line.WrittenSpan);
        output.Flush();
    }

    /// <summary>Keeps the queue empty, so that nothing counts as lost to a slow reader.</summary>
    private void DiscardAll()
    {
        foreach (RelayEvent _ in _queue.GetConsumingEnumerable())
        {
        }
    }
}
