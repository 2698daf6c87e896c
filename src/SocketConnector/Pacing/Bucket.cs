namespace SocketConnector.Pacing;

/// <summary>Bytes that may pass now: time adds to them, up to so many. Pure state; not thread-safe.</summary>
/// <param name="rate">Bytes for each second.</param>
internal sealed class Bucket(long rate)
{
    // Holds a twentieth of a second's worth: with what was taken out just before, a tenth can pass at once. That allows for a timer that
    // is late, and exceeds the rate by 2.5 % over two seconds at most.
    private const int BurstsPerSecond = 20;

    // How often a direction that is held back by its own rate reads.
    private const int ReadsPerSecond = 50;

    // What counting in fractions of bytes loses.
    private const double Rounding = 1e-6;

    private readonly double _most = Math.Max(1, rate / (double)BurstsPerSecond);
    private double _held = Math.Max(1, rate / (double)BurstsPerSecond);
    private TimeSpan _filled;

    /// <summary>The most that it holds.</summary>
    public int Burst => (int)Math.Min(_most, int.MaxValue);

    /// <summary>What is worth a read.</summary>
    public int Least => (int)Math.Clamp(rate / ReadsPerSecond, 1, int.MaxValue);

    public int Available(TimeSpan now)
    {
        if (now > _filled)
        {
            _held = Math.Min(_most, _held + ((now - _filled).TotalSeconds * rate));
            _filled = now;
        }

        return (int)Math.Min(_held + Rounding, int.MaxValue);
    }

    public void Take(int bytes) => _held -= bytes;

    public void GiveBack(int bytes) => _held = Math.Min(_most, _held + bytes);

    /// <summary>When so many will be there, if nobody takes any.</summary>
    public TimeSpan When(int bytes, TimeSpan now)
    {
        double missing = bytes - Available(now);
        return missing <= 0 ? now : now + TimeSpan.FromTicks((long)Math.Ceiling((bytes - _held) / rate * TimeSpan.TicksPerSecond));
    }
}
