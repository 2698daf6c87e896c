using System.Buffers;

namespace SocketConnector.Engine;

/// <summary>What was read into memory and did not fit into the destination: there is none as long as it keeps up.</summary>
internal sealed class Rest : IDisposable
{
    private readonly byte[] _bytes;
    private int _at;
    private int _end;

    public Rest(int room) => _bytes = ArrayPool<byte>.Shared.Rent(room);

    public Rest(ReadOnlySpan<byte> bytes)
        : this(bytes.Length)
    {
        bytes.CopyTo(_bytes);
        _end = bytes.Length;
    }

    public ReadOnlySpan<byte> Left => _bytes.AsSpan(_at, _end - _at);

    public Span<byte> Room => _bytes.AsSpan(_end);

    public void Added(int count) => _end += count;

    public void Taken(int count) => _at += count;

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);
}
