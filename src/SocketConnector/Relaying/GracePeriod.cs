namespace SocketConnector.Relaying;

/// <summary>How long the connector waits for a first connection. Tells once when it has passed.</summary>
internal sealed class GracePeriod : IDisposable
{
    private readonly ITimer? _timer;
    private readonly Action _passed;
    private bool _hasPassed;

    public GracePeriod(TimeSpan length, TimeProvider time, Action passed)
    {
        _passed = passed;
        if (length != Timeout.InfiniteTimeSpan)
        {
            _timer = time.CreateTimer(static state => ((GracePeriod)state!).Pass(), this, length, Timeout.InfiniteTimeSpan);
        }
    }

    public bool HasPassed => Volatile.Read(ref _hasPassed);

    public void Dispose() => _timer?.Dispose();

    private void Pass()
    {
        Volatile.Write(ref _hasPassed, true);
        _passed();
    }
}
