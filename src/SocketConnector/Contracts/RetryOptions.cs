namespace SocketConnector;

/// <summary>
/// How a connect that failed is tried again, within <see cref="ConnectorOptions.ConnectTimeout"/>. Before each retry comes a random wait of
/// at most <see cref="Delay"/>, which doubles each time up to 5 s. Where that wait would not end in time, the failure is final at once.
/// </summary>
public sealed record RetryOptions
{
    internal const int MaxCount = 1_000;

    /// <summary>How many more times it is tried, every address each time; 3 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Under 1 or over 1 000.</exception>
    public int Count { get; init => field = Require.InRange(value, 1, MaxCount, nameof(Count)); } = 3;

    /// <summary>The longest wait before the first retry; 100 ms by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not longer than zero, or over a minute.</exception>
    public TimeSpan Delay { get; init => field = Require.UpTo(value, MaxDelay, nameof(Delay)); } = TimeSpan.FromMilliseconds(100);

    internal static TimeSpan MaxDelay { get; } = TimeSpan.FromMinutes(1);
}
