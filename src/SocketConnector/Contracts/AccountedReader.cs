using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace SocketConnector;

/// <summary>
/// The reading end of a pipe in the hands of a user's code. Keeps account of what was put into the pipe and what was consumed
/// of it, which the pipe itself does not tell.
/// </summary>
internal class AccountedReader(PipeReader inner) : PipeReader
{
    private long _added;
    private long _consumed;
    private bool _isReadOpen;

    /// <summary>Bytes that were put into the pipe.</summary>
    public long Added => Volatile.Read(ref _added);

    /// <summary>Bytes that were consumed. A last read that is still open counts: nothing comes behind it.</summary>
    public long Consumed => IsReadOpen && Last.IsCompleted ? Added : Volatile.Read(ref _consumed);

    /// <summary>Bytes in the pipe that were not consumed.</summary>
    public long Held => Added - Volatile.Read(ref _consumed);

    /// <summary>Whether a read has begun that no <see cref="AdvanceTo(SequencePosition)"/> has finished.</summary>
    public bool IsReadOpen => Volatile.Read(ref _isReadOpen);

    /// <summary>What was read last.</summary>
    public ReadResult Last { get; private set; }

    /// <summary>Comes before the bytes can be read.</summary>
    public void Add(int count) => Interlocked.Add(ref _added, count);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref _isReadOpen, true);
        bool hasRead = false;
        try
        {
            Last = await inner.ReadAsync(cancellationToken).ConfigureAwait(false);
            hasRead = true;
            return Last;
        }
        finally
        {
            if (!hasRead)
            {
                Volatile.Write(ref _isReadOpen, false);
            }
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        Last = result;
        Volatile.Write(ref _isReadOpen, true);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!IsReadOpen)
        {
            // Throws what a pipe throws for it.
            inner.AdvanceTo(consumed, examined);
            return;
        }

        ReadOnlySequence<byte> read = Last.Buffer;
        long count = consumed.GetObject() is null ? 0 : read.Slice(read.Start, consumed).Length;
        bool hasSeenRead = read.IsEmpty || (examined.GetObject() is not null && read.Slice(examined).IsEmpty);

        // More may have come since the read.
        bool hasSeenAll = hasSeenRead && Volatile.Read(ref _consumed) + read.Length >= Added;

        // Before the pipe lets go of the buffer, and the writer of what it waits for.
        Interlocked.Add(ref _consumed, count);
        Volatile.Write(ref _isReadOpen, false);
        inner.AdvanceTo(consumed, examined);
        Advanced(count > 0, hasSeenAll);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    protected virtual void Advanced(bool hasConsumed, bool hasSeenAll)
    {
    }
}
