using SocketConnector.Loops;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>What a user's code does where it is called, once it is armed: throws, or blocks its thread. Notes if that thread was an event loop's.</summary>
internal sealed class Misbehaviour(bool blocks, bool isRepeated) : IDisposable
{
    private readonly ManualResetEventSlim _go = new();
    private int _calls;
    private volatile bool _isArmed;

    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool WasOnLoop { get; private set; }

    public void Arm() => _isArmed = true;

    /// <summary>Misbehaves: whenever it is called, or only the first time.</summary>
    public void Act()
    {
        if (!_isArmed || (Interlocked.Increment(ref _calls) > 1 && !isRepeated))
        {
            return;
        }

        WasOnLoop |= EventLoop.Current is not null;
        Begun.TrySetResult();
        if (!blocks)
        {
            throw new InvalidOperationException("the user's code has failed");
        }

        _go.Wait(Eventually.Deadline * 2);
    }

    public void Release() => _go.Set();

    public void Dispose() => _go.Dispose();
}
