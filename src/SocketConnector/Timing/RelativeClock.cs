namespace SocketConnector.Timing;

/// <summary>A clock that began at zero when this was made.</summary>
internal readonly struct RelativeClock(TimeProvider time)
{
    private readonly long _epoch = time.GetTimestamp();

    public TimeSpan Now => time.GetElapsedTime(_epoch);

    /// <summary>The moment of a timestamp of the same clock.</summary>
    public TimeSpan At(long timestamp) => time.GetElapsedTime(_epoch, timestamp);
}
