using Microsoft.Extensions.Logging;
using SocketConnector.Diagnostics;

namespace SocketConnector.Admission;

/// <summary>Runs a user's code under an absolute deadline, whatever that code does: block, hang, or ignore its token.</summary>
internal static class Deadline
{
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    /// <exception cref="OperationCanceledException">The connector stops.</exception>
    /// <remarks>Any other exception is the code's own. Code that outlives its deadline is left behind, and its failure logged.</remarks>
    public static async Task<T> RunAsync<T>(
        string what, Func<CancellationToken, ValueTask<T>> code, TimeSpan timeout, TimeProvider time, ILogger log, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        CancellationToken token = either.Token;
        using var users = new UserToken(token);

        // On the thread pool, because the code may block before its first await.
        Task<T> running = Task.Run(() => code(users.Token).AsTask(), CancellationToken.None);
        try
        {
            return await running.WaitAsync(token).ConfigureAwait(false);
        }
        catch (Exception error) when (token.IsCancellationRequested)
        {
            _ = running.ContinueWith(
                failed => log.AbandonedFailed(what, ErrorText.Of(failed.Exception!.InnerException!)),
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            stopping.ThrowIfCancellationRequested();
            throw new TimeoutException($"{what} did not finish within {timeout.TotalSeconds:0.###} s", error);
        }
    }
}
