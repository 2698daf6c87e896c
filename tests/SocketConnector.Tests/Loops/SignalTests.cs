using SocketConnector.Loops;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Loops;

public sealed class SignalTests
{
    private const int Waits = 200_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_waits_again_at_once_is_woken_again_however_the_two_threads_meet(bool isCancellable)
    {
        var signal = new Signal(isInline: false);
        using var never = new CancellationTokenSource();
        bool isOver = false;
        Task raising = Task.Run(
            () =>
            {
                while (!Volatile.Read(ref isOver))
                {
                    signal.Raise();
                }
            },
            TestContext.Current.CancellationToken);
        await Task.Run(WaitManyTimesAsync, TestContext.Current.CancellationToken).InTimeAsync(TimeSpan.FromSeconds(60), "waiting");
        Volatile.Write(ref isOver, true);
        await raising;

        async Task WaitManyTimesAsync()
        {
            for (int i = 0; i < Waits; i++)
            {
                await signal.WaitAsync(isCancellable ? never.Token : CancellationToken.None);
            }
        }
    }

    [Fact]
    public async Task An_event_that_nobody_waited_for_ends_the_next_wait_and_only_that()
    {
        var signal = new Signal(isInline: false);
        signal.Raise();
        signal.Raise();
        Assert.True(signal.WaitAsync(CancellationToken.None).AsTask().IsCompletedSuccessfully);
        using var enough = new CancellationTokenSource();
        Task<int> second = signal.WaitAsync(enough.Token).AsTask();
        Assert.False(second.IsCompleted);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }
}
