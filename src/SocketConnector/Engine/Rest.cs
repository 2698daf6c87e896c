using System.Buffers;
using SocketConnector.Loops;

namespace SocketConnector.Engine;

/// <summary>What was read into memory and did not fit into the destination: there is none as long as it keeps up.</summary>
internal sealed class Rest : IDisposable
{
    private readonly byte[] _bytes;
    private int _at;
    private readonly int _end;

    private Rest(int length) => (_bytes, _end) = (ArrayPool<byte>.Shared.Rent(length), length);

    public ReadOnlySpan<byte> Left => _bytes.AsSpan(_at, _end - _at);

    public static Rest Of(ReadOnlySpan<byte> bytes)
    {
        var rest = new Rest(bytes.Length);
        bytes.CopyTo(rest._bytes);
        return rest;
    }

    /// <summary>Takes back what a pipe holds and cannot pass on.</summary>
    public static Rest Of(SplicePipe pipe)
    {
        var rest = new Rest(pipe.Held);
        for (int read = 0; pipe.Held > 0;)
        {
            read += Math.Max(0, pipe.Read(rest._bytes.AsSpan(read, pipe.Held)));
        }

        return rest;
    }

    public void Taken(int count) => _at += count;

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);
}
