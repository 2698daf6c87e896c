namespace SocketConnector.Sockets;

/// <summary>What was read from a stream too early, and comes first when it is read again.</summary>
internal sealed class LeadingBytes(byte[] bytes)
{
    private int _at;

    public ReadOnlySpan<byte> Left => bytes.AsSpan(_at);

    public int Read(Span<byte> room)
    {
        int count = Math.Min(room.Length, bytes.Length - _at);
        bytes.AsSpan(_at, count).CopyTo(room);
        _at += count;
        return count;
    }
}
