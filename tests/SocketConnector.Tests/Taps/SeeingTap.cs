using System.Text;

namespace SocketConnector.Tests.Taps;

/// <summary>Keeps what it is shown, and complains where two calls run at once or one follows the last.</summary>
internal sealed class SeeingTap(TapView view = TapView.Received) : Tap
{
    private readonly Lock _gate = new();
    private readonly List<byte>[] _bytes = [[], []];
    private readonly List<string> _calls = [];
    private readonly TaskCompletionSource<(CloseInfo Info, long Missed)> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _missedBefore;
    private int _running;

    public override TapView View => view;

    /// <summary>What it does in each call, if anything.</summary>
    public Action<string>? Acting { get; init; }

    public Task<(CloseInfo Info, long Missed)> Closed => _closed.Task;

    /// <summary>The calls, without their bytes: A, B, end A, end B, closed.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_gate)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>The sum of what chunks, ends and the close said was missed before them.</summary>
    public long MissedBefore => Volatile.Read(ref _missedBefore);

    public byte[] Bytes(Side side)
    {
        lock (_gate)
        {
            return [.. _bytes[(int)side]];
        }
    }

    public string Text(Side side) => Encoding.ASCII.GetString(Bytes(side));

    public override void OnData(TapChunk chunk)
    {
        Assert.False(chunk.Bytes.IsEmpty);
        Assert.NotEqual(default, chunk.Time);
        Interlocked.Add(ref _missedBefore, chunk.Missed);
        lock (_gate)
        {
            _bytes[(int)chunk.Side].AddRange(chunk.Bytes);
        }

        Note($"{chunk.Side}");
    }

    public override void OnEnd(TapEnd ended)
    {
        Assert.NotEqual(default, ended.Time);
        Interlocked.Add(ref _missedBefore, ended.Missed);
        Note($"end {ended.Side}");
    }

    public override void OnClosed(TapClosed closed)
    {
        Note("closed");
        Interlocked.Add(ref _missedBefore, closed.MissedA + closed.MissedB);
        Assert.True(_closed.TrySetResult((closed.Info, closed.Missed)), "closed twice");
    }

    private void Note(string call)
    {
        Assert.Equal(1, Interlocked.Increment(ref _running));
        Assert.False(_closed.Task.IsCompleted, $"{call} after the last");
        lock (_gate)
        {
            _calls.Add(call);
        }

        Acting?.Invoke(call);
        Interlocked.Decrement(ref _running);
    }
}
