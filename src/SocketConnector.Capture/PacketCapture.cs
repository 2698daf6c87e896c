using System.Collections.Concurrent;
using SocketConnector.Capture.Output;
using SocketConnector.Capture.Packets;

namespace SocketConnector.Capture;

/// <summary>
/// Writes what connections relay as a pcapng file, which Wireshark and tshark open: each connection as one TCP conversation between the peer on
/// side A and the peer on side B, with the bytes that were relayed, after TLS and transformers, at their times. What passes below TLS is another view of it: <see cref="CaptureOptions.View"/>.
/// </summary>
/// <remarks>
/// Relaying never waits for it. What it is too slow for is missing in the file, leaves a gap in the sequence numbers, and is counted.
/// Thread-safe. Dispose it to finish the file.
/// </remarks>
public sealed class PacketCapture : IAsyncDisposable
{
    private static readonly TimeSpan _shutdownTimeout = TimeSpan.FromSeconds(1);

    private readonly CaptureOptions _options;
    private readonly PacketQueue _queue;
    private readonly ConversationFactory _conversations;
    private readonly ConcurrentDictionary<long, CaptureTap> _taps = new();
    private readonly CancellationTokenSource _giveUp = new();
    private long _missed;

    private PacketCapture(CaptureOptions options, Func<SectionBlocks, CaptureOutput> open)
    {
        _options = options;
        _queue = new PacketQueue(options.SnapLength);
        var section = new SectionBlocks(options, _queue);
        _conversations = new ConversationFactory(_queue, new StandIns(section.Name), options.View);
        Completion = WriteAsync(open(section));
    }

    /// <summary>Packets that were captured so far.</summary>
    public long Packets => _queue.Packets;

    /// <summary>Packets that were not, because the writer was too slow, or could not go on.</summary>
    public long Dropped => _queue.Dropped;

    /// <summary>Bytes of connections that have closed of which no packet was made, because their taps were behind.</summary>
    public long MissedBytes => Interlocked.Read(ref _missed);

    /// <summary>Finishes when the file is finished; faults when it could not be written further, which ends the capture and nothing else.</summary>
    public Task Completion { get; }

    /// <summary>Begins a capture in a new file, or a ring of them, which only this user may read.</summary>
    /// <param name="path">The file; of a ring, what its files' names are made of.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <returns>The capture.</returns>
    /// <exception cref="IOException">The file is there already, or cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made.</exception>
    public static PacketCapture ToFile(string path, CaptureOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new CaptureOptions();
        return new PacketCapture(options, section => new FileOutput(path, options, section));
    }

    /// <summary>Begins a capture into a stream, such as a pipe. The limits of files have no meaning there.</summary>
    /// <param name="stream">The stream. It belongs to the capture, which disposes it.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults.</param>
    /// <returns>The capture.</returns>
    public static PacketCapture ToStream(Stream stream, CaptureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new PacketCapture(options ?? new CaptureOptions(), section => new StreamOutput(stream, section));
    }

    /// <summary>A tap for a connection that is being joined: for <see cref="ConnectorOptions.NewTap"/> and <see cref="Connector.AttachToNew"/>.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>The tap; <see langword="null"/> where the filter does not want the connection, it is captured already, or the capture has ended.</returns>
    public Tap? NewTap(ConnectionFacts connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        CaptureTap? tap = Begin(connection);
        tap?.BeginNew();
        return tap;
    }

    /// <summary>Captures a running connection from here on.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>Ends the capture of this connection when disposed; <see langword="null"/> as for <see cref="NewTap"/>.</returns>
    public IDisposable? Attach(Connection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        CaptureTap? tap = Begin(connection.Facts);
        tap?.BeginInTheMiddle();
        if (tap is null)
        {
            return null;
        }

        connection.Attach(tap);
        return new Captured(this, tap);
    }

    /// <summary>
    /// Finishes: connections are captured no further, what was captured is written, and the file or the stream is closed. Where that takes longer than a second
    /// because nobody reads, it is given up.
    /// </summary>
    /// <returns>A task that finishes then. It does not fault where <see cref="Completion"/> does.</returns>
    public async ValueTask DisposeAsync()
    {
        End();
        Task finished = Completion.WaitAsync(_shutdownTimeout);
        await finished.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!Completion.IsCompleted)
        {
            await _giveUp.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A conversation in the capture.</summary>
    internal Conversation Begin(PacketEnd a, PacketEnd b, uint first) => _conversations.Clear(a, b, first);

    private CaptureTap? Begin(ConnectionFacts connection)
    {
        if (_queue.IsClosed || _options.Filter?.Invoke(connection) == false)
        {
            return null;
        }

        var tap = new CaptureTap(connection, _conversations, _options.Redact, Ended);
        if (!_taps.TryAdd(connection.Id, tap))
        {
            return null;
        }

        if (!_queue.IsClosed)
        {
            return tap;
        }

        // It has ended meanwhile, and may not have found this one.
        _taps.TryRemove(connection.Id, out _);
        return null;
    }

    private void Ended(CaptureTap tap, long missed)
    {
        Interlocked.Add(ref _missed, missed);
        _taps.TryRemove(new KeyValuePair<long, CaptureTap>(tap.Id, tap));
    }

    /// <summary>Takes no more packets, and gives the connections back to the fast path.</summary>
    private void End()
    {
        _queue.Close();
        foreach (CaptureTap tap in _taps.Values)
        {
            tap.Detach();
        }

        _taps.Clear();
    }

    private async Task WriteAsync(CaptureOutput output)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await using (output.ConfigureAwait(false))
            {
                try
                {
                    await WriteAllAsync(output).ConfigureAwait(false);
                }
                catch (Exception) when (!_giveUp.IsCancellationRequested)
                {
                    _queue.Fail(output.Unwritten.Span);
                    throw;
                }
            }
        }
        catch (OperationCanceledException) when (_giveUp.IsCancellationRequested)
        {
            // Nobody took the rest.
        }
        finally
        {
            End();
        }
    }

    private async Task WriteAllAsync(CaptureOutput output)
    {
        // The head of the file is there before its first packet, for whoever opens it early.
        await output.WriteAsync(ReadOnlyMemory<byte>.Empty, _giveUp.Token).ConfigureAwait(false);
        while (await _queue.TakeAsync(_giveUp.Token).ConfigureAwait(false) is { Length: > 0 } blocks)
        {
            await output.WriteAsync(blocks.Written, _giveUp.Token).ConfigureAwait(false);
        }

        await output.FinishAsync(_giveUp.Token).ConfigureAwait(false);
    }

    /// <summary>A running connection that is captured.</summary>
    private sealed class Captured(PacketCapture capture, CaptureTap tap) : IDisposable
    {
        public void Dispose()
        {
            tap.Detach();
            capture.Ended(tap, 0);
        }
    }
}
