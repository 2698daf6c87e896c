using System.IO.Pipelines;
using SocketConnector.Loops;

namespace SocketConnector.Admission;

/// <summary>
/// What a verifier reads from. Holds so many bytes at most, seen or not: a pipe by itself stops its writer only for what was not
/// looked at yet.
/// </summary>
internal sealed class VerifierInput(PipeReader inner, int most) : AccountedReader(inner)
{
    private readonly Signal _consumed = new(isInline: false);
    private bool _isStuck;

    /// <summary>How many bytes may be put into the pipe now.</summary>
    public int Room => most - (int)Held;

    /// <summary>Waits until there may be more room.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<int> WaitForRoomAsync(CancellationToken cancellationToken) => _consumed.WaitAsync(cancellationToken);

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfStuck();
        return base.ReadAsync(cancellationToken);
    }

    public override bool TryRead(out ReadResult result)
    {
        ThrowIfStuck();
        return base.TryRead(out result);
    }

    protected override void Advanced(bool hasConsumed, bool hasSeenAll)
    {
        _isStuck = hasSeenAll && Room <= 0 && !Last.IsCompleted;
        if (hasConsumed)
        {
            _consumed.Raise();
        }
    }

    private void ThrowIfStuck()
    {
        if (_isStuck)
        {
            throw new InvalidOperationException($"the verifier waits for more and has consumed none of {most} bytes, which is all that is kept for it (ConnectorOptions.BufferSize)");
        }
    }
}
