namespace SocketConnector.Diagnostics;

/// <summary>Last calls of a user's code that are due, so that the end of a connector can wait a moment for them.</summary>
internal sealed class LastWords
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _said;
    private int _due;

    public void Begin()
    {
        lock (_gate)
        {
            _due++;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            if (--_due == 0)
            {
                _said?.SetResult();
                _said = null;
            }
        }
    }

    /// <summary>Finishes when none is due; never, if a user's code never returns.</summary>
    public Task SaidAsync()
    {
        lock (_gate)
        {
            return _due == 0 ? Task.CompletedTask : (_said ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
