namespace SocketConnector.Rendezvous.Sessions;

/// <summary>The delay before an end reconnects to its relay: exponential, with full jitter. Deterministic for a given <see cref="Random"/>.</summary>
/// <param name="random">Spreads the reconnects of ends that were sent away together.</param>
internal sealed class EndBackoff(Random random)
{
    private static readonly TimeSpan _first = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    private TimeSpan _ceiling = _first;

    /// <summary>After a failure: anything up to a ceiling that doubles ("full jitter"), on top of what the relay asks for.</summary>
    /// <param name="retryAfter">What the relay asks for, cut to <see cref="EndBounds.MaxAway"/>.</param>
    public TimeSpan Next(TimeSpan? retryAfter = null)
    {
        TimeSpan asked = EndBounds.Clamp(retryAfter ?? TimeSpan.Zero, EndBounds.MaxAway);
        TimeSpan spread = _ceiling * random.NextDouble();
        _ceiling = EndBounds.Clamp(_ceiling * 2, _longest);
        return asked + spread;
    }

    /// <summary>The relay was there and let the end in: it has waited, or was paired.</summary>
    public void Reset() => _ceiling = _first;
}
