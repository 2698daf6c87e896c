using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace SocketConnector.TestKit;

/// <summary>Waits for what must become so, with a deadline that only a failure ever reaches.</summary>
public static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static async Task TrueAsync(
        Func<bool> condition, TimeSpan? within = null, Func<string>? explain = null, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan deadline = within ?? Deadline;
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > deadline)
            {
                throw new TimeoutException($"after {deadline.TotalSeconds:0.#} s it is still not so: {what}. {explain?.Invoke()}");
            }

            await Task.Delay(5);
        }
    }

    /// <summary>The same for a task: its result, or a failure that says what was waited for.</summary>
    public static async Task<T> InTimeAsync<T>(this Task<T> task, TimeSpan? within = null, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await ((Task)task).InTimeAsync(within, what);
        return await task;
    }

    public static async Task InTimeAsync(this Task task, TimeSpan? within = null, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        TimeSpan deadline = within ?? Deadline;
        using var over = new CancellationTokenSource(deadline);
        try
        {
            await task.WaitAsync(over.Token);
        }
        catch (OperationCanceledException error) when (over.IsCancellationRequested && !task.IsCompleted)
        {
            throw new TimeoutException($"not finished after {deadline.TotalSeconds:0.#} s: {what}", error);
        }
    }
}
