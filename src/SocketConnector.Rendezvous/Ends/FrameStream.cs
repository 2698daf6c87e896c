using System.Buffers;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>The frames of a relay, off a connection of this end. What follows the last of them is put back.</summary>
/// <param name="peer">The relay.</param>
/// <param name="time">The clock.</param>
internal sealed class FrameStream(Peer peer, TimeProvider time) : IDisposable
{
    /// <summary>A relay takes a few frames at once, or does not read.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly byte[] _room = ArrayPool<byte>.Shared.Rent(FrameBounds.MaxFrameLength);
    private bool _isDisposed;
    private int _begin;
    private int _end;

    /// <summary>Writes frames in one go, behind the opening where that is due.</summary>
    /// <exception cref="IOException">The relay is gone, or does not read.</exception>
    public async ValueTask WriteAsync(IReadOnlyList<Frame> frames, bool isFirst, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>(64);
        if (isFirst)
        {
            bytes.Write(Opening.Bytes);
        }

        foreach (Frame frame in frames)
        {
            FrameWriter.Write(frame, bytes);
        }

        if (bytes.WrittenCount > 0)
        {
            await BoundedWrite.WriteAsync(peer.GetStream(), bytes.WrittenMemory, _patience, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the next frame.</summary>
    /// <returns>The frame; none at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">It is none of a relay's.</exception>
    public async ValueTask<Frame?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var input = new ReadOnlySequence<byte>(_room, _begin, _end - _begin);
            OperationStatus status = FrameReader.Read(ref input, FrameSender.Relay, out Frame? frame, out string? error);
            _begin = _end - (int)input.Length;
            if (status != OperationStatus.NeedMoreData)
            {
                return frame ?? throw new InvalidDataException(error);
            }

            _room.AsSpan(_begin, _end - _begin).CopyTo(_room);
            (_begin, _end) = (0, _end - _begin);
            int count = await peer.GetStream().ReadAsync(_room.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return null;
            }

            _end += count;
        }
    }

    /// <summary>Puts back what is the partner's.</summary>
    public void Unread()
    {
        peer.Unread(_room.AsSpan(_begin, _end - _begin));
        _begin = _end;
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            ArrayPool<byte>.Shared.Return(_room);
        }
    }
}
