using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketConnector.Sockets;

namespace SocketConnector.Pumping;

/// <summary>One direction of one connection: source, destination, and what observes it.</summary>
internal sealed record Flow(
    PeerStream Source,
    PeerStream Destination,
    FlowCounter Counter,
    IFlowEnds Ends,
    DataTransformer? Transformer,
    TimeProvider Time)
{
    private const int Unlimited = -1;

    private SourceWatch? _watch;
    private int _left = Unlimited;
    private bool _isPastMark;
    private bool _isCutShort;
    private int _hasEnded;
    private int _waits;

    /// <summary>Whether something waits, so that nothing reads from the source.</summary>
    public bool IsWaiting => Volatile.Read(ref _waits) > 0;

    /// <summary>Once cancelled, nothing is read but what has arrived.</summary>
    public CancellationToken ReadingEnds { get; set; }

    /// <summary>How fast it may read; none where it may as it likes.</summary>
    public PacedReads? Paced { get; set; }

    /// <summary>How it ends, if nothing fails: by its source's end, or by this program.</summary>
    public PumpResult Result => _isCutShort ? PumpResult.Ended : PumpResult.Finished;

    /// <summary>Reads what has arrived and may still be read, and never waits. To be asked without a wait once <see cref="ReadingEnds"/> is cancelled.</summary>
    /// <returns>Whether there was something, or the end.</returns>
    /// <exception cref="SocketException">The source has failed.</exception>
    public bool TryReceive(Span<byte> room, out int count)
    {
        if (Paced is null)
        {
            return TryReceiveNow(room, out count);
        }

        count = 0;
        try
        {
            return TryReceiveNow(room, out count);
        }
        finally
        {
            Paced.GiveBack(room.Length - count);
        }
    }

    /// <summary>Waits until something may be read.</summary>
    /// <returns>The room for <see cref="TryReceive"/>, which gives back what it does not fill.</returns>
    public ValueTask<int> AllowedAsync(int wanted, CancellationToken cancellationToken) =>
        Paced is null ? new ValueTask<int>(wanted)
        : Paced.Take(wanted) is > 0 and int allowed ? new ValueTask<int>(allowed)
        : WaitUntilAllowedAsync(Paced, wanted, cancellationToken);

    /// <summary>Comes before each of the last reads.</summary>
    public ValueTask SettleAsync() => ReadingEnds.IsCancellationRequested ? Source.Stream.SettleAsync() : ValueTask.CompletedTask;

    /// <summary>Counts what was read, and shows it.</summary>
    public void Received(ReadOnlySpan<byte> chunk)
    {
        Counter.AddReceived(chunk.Length);
        Ends.Taps?.Show(Source.Side, chunk, TapView.Received);
    }

    /// <summary>Hands a chunk to the destination's socket, whole, and counts what is delivered.</summary>
    public ValueTask DeliverAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        // Before the far side can have it, or a quick answer would be shown first.
        Ends.Taps?.Show(Source.Side, chunk.Span, TapView.Relayed);

        // Nearly always the kernel takes it all at once. Asking it directly spares an idle socket the 350 bytes of state that
        // the runtime keeps for sending asynchronously.
        SocketError error = Destination.Stream.Send(chunk.Span, out int sent);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            return ValueTask.FromException(new SocketException((int)error));
        }

        if (error == SocketError.Success)
        {
            Counter.AddDelivered(sent);
            chunk = chunk[sent..];
        }

        return chunk.IsEmpty ? ValueTask.CompletedTask : DeliverRestAsync(chunk, cancellationToken);
    }

    /// <summary>Notes the end of the source's stream, once. Comes before anything that the destination could answer to.</summary>
    public void SourceEnded()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0 && Ends.SourceEnded(Source.Side))
        {
            Ends.Lingers();
        }
    }

    /// <summary>Nothing follows: the end of the source's stream was read, or reading has ended.</summary>
    public void EndReceived()
    {
        if (!_isCutShort)
        {
            SourceEnded();
        }

        Ends.Taps?.ShowEnd(Source.Side, TapView.Received);
    }

    /// <summary>Something has failed while something else still waits: ends the connection, and with it what waits.</summary>
    public void Failing(PumpResult result) => Ends.Failing(Source.Side, result);

    /// <summary>Bytes of the source wait, for room or for time. Until <see cref="EndWait"/> its end and its reset are looked for.</summary>
    public void BeginWait()
    {
        Interlocked.Increment(ref _waits);
        (Volatile.Read(ref _watch) ?? NewWatch()).Set();
    }

    public void EndWait() => Interlocked.Decrement(ref _waits);

    /// <summary>Ends the destination's stream, behind everything delivered.</summary>
    public ValueTask EndDestinationAsync(CancellationToken cancellationToken)
    {
        Ends.Taps?.ShowEnd(Source.Side, TapView.Relayed);
        ValueTask ending = Destination.EndSendingAsync(cancellationToken);
        return ending.IsCompleted ? ending : WaitForEndAsync(ending);
    }

    /// <summary>Nothing moves any more. Comes last.</summary>
    public void End(PumpResult result)
    {
        _watch?.Dispose();
        Paced?.Close();
        Ends.Ended(Source.Side, result);
    }

    private bool TryReceiveNow(Span<byte> room, out int count) =>
        ReadingEnds.IsCancellationRequested ? ReceiveLast(room, out count) : Source.TryReceive(room, out count);

    private bool ReceiveLast(Span<byte> room, out int count)
    {
        if (_left == Unlimited)
        {
            _left = Source.Available;
        }

        if (_left > 0 && Source.TryReceive(room[..Math.Min(room.Length, _left)], out count))
        {
            _left -= count;
            return true;
        }

        if (!_isPastMark && Source.Stream.IsAtMark)
        {
            // It was counted no further than to the urgent mark. What is behind that had arrived as well; it is counted once.
            _isPastMark = true;
            if (Source.TryReceive(room[..1], out count))
            {
                _left = Source.Available;
                return true;
            }
        }

        count = 0;
        _isCutShort = !Source.IsAtEnd();
        return true;
    }

    private async ValueTask<int> WaitUntilAllowedAsync(PacedReads paced, int wanted, CancellationToken cancellationToken)
    {
        BeginWait();
        try
        {
            int allowed;
            do
            {
                await paced.WaitAsync(cancellationToken).ConfigureAwait(false);
                allowed = paced.Take(wanted);
            }
            while (allowed == 0);
            return allowed;
        }
        finally
        {
            EndWait();
        }
    }

    private async ValueTask WaitForEndAsync(ValueTask ending)
    {
        Counter.Block(true);
        BeginWait();
        try
        {
            await ending.ConfigureAwait(false);
        }
        finally
        {
            EndWait();
            Counter.Block(false);
        }
    }

    private SourceWatch NewWatch() => LazyInitializer.EnsureInitialized(ref _watch, () => new SourceWatch(this, Time));

    // A slow reader makes it wait for every chunk, and not one of them may cost an allocation. TLS seldom waits, but is asked only here.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask DeliverRestAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        bool isWaiting = false;
        try
        {
            while (!rest.IsEmpty)
            {
                ValueTask<int> sending = Destination.Stream.SendAsync(rest, cancellationToken);
                if (!isWaiting && !sending.IsCompleted)
                {
                    isWaiting = true;
                    Counter.Block(true);
                    BeginWait();
                }

                int sent = await sending.ConfigureAwait(false);
                Counter.AddDelivered(sent);
                rest = rest[sent..];
            }
        }
        finally
        {
            if (isWaiting)
            {
                EndWait();
                Counter.Block(false);
            }
        }
    }
}
