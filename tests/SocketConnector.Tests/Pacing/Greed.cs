using SocketConnector.Pacing;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Pacing;

/// <summary>A reader with something to read at all times, on a clock of the test: takes what it is given, and notes when.</summary>
internal sealed class Greed
{
    private readonly Pace _pace;
    private readonly ManualClock _clock;
    private readonly int _most;
    private readonly List<(TimeSpan At, int Bytes)> _reads = [];
    private readonly long _start;

    /// <param name="pace">Its pace.</param>
    /// <param name="clock">The pacer's.</param>
    /// <param name="most">What it reads at a time; the rest it gives back.</param>
    public Greed(Pace pace, ManualClock clock, int most = int.MaxValue)
    {
        (_pace, _clock, _most, _start) = (pace, clock, most, clock.GetTimestamp());
        pace.Woken = () => IsWoken = true;
    }

    public bool IsWoken { get; private set; } = true;

    public long Total => _reads.Sum(read => (long)read.Bytes);

    /// <summary>Reads until it is held back.</summary>
    public void Read()
    {
        while (IsWoken)
        {
            ReadOnce();
        }
    }

    public void ReadOnce()
    {
        int taken = _pace.Take(64 * 1024);
        int read = Math.Min(taken, _most);
        _pace.GiveBack(taken - read);
        IsWoken = taken > 0;
        if (read > 0)
        {
            _reads.Add((_clock.GetElapsedTime(_start), read));
        }
    }

    /// <summary>What it has read from a moment on.</summary>
    public long Within(TimeSpan from, TimeSpan length) => _reads.Where(read => read.At >= from && read.At < from + length).Sum(read => (long)read.Bytes);
}
