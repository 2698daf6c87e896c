namespace SocketConnector.Relaying;

/// <summary>The stream that socket-to-server dials in advance: the first peer that comes waits a moment for it to be admitted.</summary>
internal sealed class SpareDial
{
    /// <summary>How long a peer waits for a stream that was dialled in advance and is still being authenticated, before one is dialled for it.</summary>
    internal static readonly TimeSpan HeadStart = TimeSpan.FromSeconds(1);

    private TaskCompletionSource? _settled;
    private bool _isAwaited;

    /// <summary>It is dialled, and will be settled.</summary>
    public void Begin() => Volatile.Write(ref _settled, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>It is pending, joined or refused.</summary>
    public void Settle() => _settled!.TrySetResult();

    /// <summary>True for the first caller, while it is not yet settled.</summary>
    public bool TryAwait() => Volatile.Read(ref _settled) is { Task.IsCompleted: false } && !Interlocked.Exchange(ref _isAwaited, true);

    public async Task WaitAsync(TimeProvider time, CancellationToken left) =>
        await _settled!.Task.WaitAsync(HeadStart, time, left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
