using System.Net;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>The attempts of one race that are under way. Owns what they connect until it is taken; disposing it ends the others.</summary>
internal sealed class Attempts(TimeProvider time, CancellationToken cancellationToken) : IAsyncDisposable
{
    private readonly CancellationTokenSource _over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private readonly List<Attempt> _running = [];

    /// <summary>Ends an attempt that has lost, or is given up.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Whether none is under way.</summary>
    public bool AreOver => _running.Count == 0;

    public void Add(Candidate candidate, Task<Outcome> task) => _running.Add(new Attempt(candidate, task));

    /// <summary>Waits until one has finished, or for the time given.</summary>
    /// <returns>The first that has finished, no longer among these; nothing where time has passed.</returns>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public async Task<Attempt?> NextAsync(TimeSpan? wait)
    {
        if (TakeFinished() is { } finished)
        {
            return finished;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
        IEnumerable<Task> tasks = _running.Select(static attempt => attempt.Task);
        await Task.WhenAny(wait is { } longest ? tasks.Append(Task.Delay(longest, time, enough.Token)) : tasks).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return TakeFinished();
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        foreach (Attempt attempt in _running)
        {
            await ((Task)attempt.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (attempt.Task.IsCompletedSuccessfully)
            {
                // It has connected a moment too late.
                (await attempt.Task.ConfigureAwait(false)).Stream?.Close();
            }
        }

        _over.Dispose();
    }

    private Attempt? TakeFinished()
    {
        int index = _running.FindIndex(static attempt => attempt.Task.IsCompleted);
        if (index < 0)
        {
            return null;
        }

        Attempt finished = _running[index];
        _running.RemoveAt(index);
        return finished;
    }
}

/// <summary>One attempt.</summary>
internal sealed record Attempt(Candidate Candidate, Task<Outcome> Task);

/// <summary>What an attempt has brought: a connected stream, or the addresses of a name.</summary>
internal readonly record struct Outcome(ByteStream? Stream, IPAddress[]? Addresses = null);
