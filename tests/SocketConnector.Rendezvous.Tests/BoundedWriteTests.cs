using System.IO.Pipelines;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests;

/// <summary>Writing to a peer that may never read.</summary>
public sealed class BoundedWriteTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    // Takes a byte, and no more.
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task B113_A_write_that_nobody_takes_is_given_up_in_time()
    {
        Task writing = WriteAsync(CancellationToken.None).AsTask();
        _clock.Advance(_patience - TimeSpan.FromMilliseconds(1));
        Assert.False(writing.IsCompleted, "it was given up too early");
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await Assert.ThrowsAsync<IOException>(() => writing.InTimeAsync());
    }

    [Fact]
    public async Task B113_A_write_that_nobody_takes_can_be_cancelled()
    {
        using var cancelling = new CancellationTokenSource();
        Task writing = WriteAsync(cancelling.Token).AsTask();
        await cancelling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing.InTimeAsync());
    }

    [Fact]
    public async Task B113_A_write_that_is_taken_is_done()
    {
        Task writing = WriteAsync(TestContext.Current.CancellationToken).AsTask();
        ReadResult read = await _pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
        _pipe.Reader.AdvanceTo(read.Buffer.End);
        await writing.InTimeAsync();
    }

    private ValueTask WriteAsync(CancellationToken cancellationToken) =>
        BoundedWrite.WriteAsync(_pipe.Writer.AsStream(), new byte[8], _patience, _clock, cancellationToken);
}
