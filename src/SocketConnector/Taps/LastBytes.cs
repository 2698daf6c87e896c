namespace SocketConnector.Taps;

/// <summary>The last bytes of a stream, and no more memory than they need.</summary>
/// <param name="most">How many of them.</param>
internal sealed class LastBytes(int most)
{
    private const int Smallest = 256;

    // Full from its beginning on until it is as large as it may be, and a ring then.
    private byte[] _ring = [];
    private int _next;

    public int Count { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[^Math.Min(bytes.Length, most)..];
        if (bytes.IsEmpty)
        {
            return;
        }

        if (_ring.Length < most && Count + bytes.Length > _ring.Length)
        {
            Array.Resize(ref _ring, (int)Math.Min(most, Math.Max((long)Count + bytes.Length, Math.Max(2L * _ring.Length, Smallest))));
            _next = Count % _ring.Length;
        }

        int toEnd = Math.Min(bytes.Length, _ring.Length - _next);
        bytes[..toEnd].CopyTo(_ring.AsSpan(_next));
        bytes[toEnd..].CopyTo(_ring);
        _next = (_next + bytes.Length) % _ring.Length;
        Count = (int)Math.Min(_ring.Length, (long)Count + bytes.Length);
    }

    public byte[] ToArray()
    {
        byte[] bytes = new byte[Count];
        int start = Count < _ring.Length ? 0 : _next;
        int toEnd = Math.Min(Count, _ring.Length - start);
        _ring.AsSpan(start, toEnd).CopyTo(bytes);
        _ring.AsSpan(0, Count - toEnd).CopyTo(bytes.AsSpan(toEnd));
        return bytes;
    }
}
