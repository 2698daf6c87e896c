namespace SocketConnector.Pacing;

/// <summary>Token bucket: holds the bytes that may pass now and refills with time up to its burst. Pure state; not thread-safe.</summary>
/// <param name="rate">Bytes for each second.</param>
internal sealed class TokenBucket(long rate)
{
    // Holds a twentieth of a second's worth: with what was taken out just before, a tenth can pass at once. That allows for a timer that
    // is late, and exceeds the rate by 2.5 % over two seconds at most.
    private const int BurstsPerSecond = 20;

    // How often a direction that is held back by its own rate reads.
    private const int ReadsPerSecond = 50;

    // What counting in fractions of bytes loses.
    private const double Rounding = 1e-6;

    private readonly double _max = Math.Max(1, rate / (double)BurstsPerSecond);
    private double _held = Math.Max(1, rate / (double)BurstsPerSecond);
    private TimeSpan _filled;

    /// <summary>The most that it holds.</summary>
    public int Burst => (int)Math.Min(_max, int.MaxValue);

    /// <summary>What is worth a read.</summary>
    public int MinRead => (int)Math.Clamp(rate / ReadsPerSecond, 1, int.MaxValue);

    public int Available(TimeSpan now)
    {
        if (now > _filled)
        {
            _held = Math.Min(_max, _held + ((now - _filled).TotalSeconds * rate));
        }

        // A user's clock can step back, and goes on from there.
        _filled = now;

        return (int)Math.Min(_held + Rounding, int.MaxValue);
    }

    public void Take(int bytes) => _held -= bytes;

    public void GiveBack(int bytes) => _held = Math.Min(_max, _held + bytes);

    /// <summary>When it will hold this many bytes if none are taken.</summary>
    public TimeSpan When(int bytes, TimeSpan now)
    {
        double missing = bytes - Available(now);
        return missing <= 0 ? now : now + TimeSpan.FromTicks((long)Math.Ceiling((bytes - _held) / rate * TimeSpan.TicksPerSecond));
    }
}
