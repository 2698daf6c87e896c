namespace SocketConnector.Admin.Registry;

/// <summary>Bytes a second, each way.</summary>
internal readonly record struct Rate(double AToB, double BToA)
{
    public double Total => AToB + BToA;
}

/// <summary>The rates of what is known by a key, between the last two samples. Pure: samples come from outside.</summary>
internal sealed class Rates<TKey>
    where TKey : notnull
{
    private Dictionary<TKey, Sample> _last = [];
    private Dictionary<TKey, Sample> _spare = [];

    /// <summary>Takes the totals of all that there are now; what is not among them is forgotten.</summary>
    /// <param name="totals">Keys and how many bytes have moved so far.</param>
    /// <param name="elapsed">Since the last call. What was not there then has no rate yet.</param>
    public void Take(IEnumerable<(TKey Key, long AToB, long BToA)> totals, TimeSpan elapsed)
    {
        (Dictionary<TKey, Sample> before, Dictionary<TKey, Sample> now) = (_last, _spare);
        now.Clear();
        double seconds = elapsed.TotalSeconds;
        foreach ((TKey key, long aToB, long bToA) in totals)
        {
            Rate rate = seconds > 0 && before.TryGetValue(key, out Sample last)
                ? new Rate(Math.Max(0, aToB - last.AToB) / seconds, Math.Max(0, bToA - last.BToA) / seconds)
                : default;
            now[key] = new Sample(aToB, bToA, rate);
        }

        (_last, _spare) = (now, before);
    }

    public Rate Of(TKey key) => _last.TryGetValue(key, out Sample sample) ? sample.Rate : default;

    private readonly record struct Sample(long AToB, long BToA, Rate Rate);
}
