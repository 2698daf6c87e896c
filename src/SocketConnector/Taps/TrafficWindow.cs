namespace SocketConnector.Taps;

/// <summary>Which bytes of one direction are shown: the first as they pass, and the last at the end.</summary>
/// <param name="first">How many of the first.</param>
/// <param name="last">How many of the last.</param>
internal sealed class TrafficWindow(long first, int last)
{
    private LastBytes? _last = last > 0 ? new LastBytes(last) : null;
    private long _passed;

    /// <summary>Whether any that follow may be shown.</summary>
    public bool IsOpen => Volatile.Read(ref _last) is not null || Volatile.Read(ref _passed) < first;

    /// <summary>Whether the first are all there will be, and end here.</summary>
    public bool EndsAt(long offset) => offset == first && last == 0;

    /// <summary>The next bytes of the direction, in order.</summary>
    /// <returns>How many of them are shown as they pass. Of the others the last are kept.</returns>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        int shown = (int)Math.Clamp(first - _passed, 0, bytes.Length);
        _last?.Add(bytes[shown..]);
        Volatile.Write(ref _passed, _passed + bytes.Length);
        return shown;
    }

    /// <summary>Closes it, when nothing follows.</summary>
    /// <returns>What was kept, how many bytes before it were shown neither as they passed nor now, and where it begins; nothing where nothing was kept.</returns>
    public (byte[] Bytes, long Offset, long Skipped)? End()
    {
        if (Interlocked.Exchange(ref _last, null) is not { Count: > 0 } kept)
        {
            return null;
        }

        long offset = _passed - kept.Count;
        return (kept.ToArray(), offset, offset - Math.Min(first, offset));
    }
}
