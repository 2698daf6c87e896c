using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace SocketConnector.Sockets;

/// <summary>
/// A byte stream of ours as the <see cref="Stream"/> that a wrapper such as TLS, or a verifier's pipe, stands on. A read into an
/// empty buffer waits until there are bytes to read.
/// </summary>
/// <param name="stream">Closed in order when this is disposed.</param>
/// <param name="leading">What was read too early; it is read first.</param>
internal class InnerStream(ByteStream stream, ReadOnlyMemory<byte> leading) : UnbufferedStream
{
    private readonly Lock _waiting = new();
    private bool _isWaiting;
    private SocketException? _writingFailed;

    /// <summary>How a write to the stream failed, if one did.</summary>
    public SocketException? WritingFailed => Volatile.Read(ref _writingFailed);

    /// <summary>Whether a read has come to the end of the stream.</summary>
    public bool HasEnded { get; protected set; }

    /// <summary>What was read too early and not handed out yet.</summary>
    protected ReadOnlyMemory<byte> Leading { get; set; } = leading;

    /// <summary>Ends the writing half, behind everything written.</summary>
    public ValueTask EndAsync(CancellationToken cancellationToken) => stream.EndSendingAsync(cancellationToken);

    /// <summary>Runs something while a read waits for the stream, which goes on only after that.</summary>
    /// <returns>Whether one does.</returns>
    public bool TryWhileReadWaits(Action run)
    {
        lock (_waiting)
        {
            if (_isWaiting)
            {
                run();
            }

            return _isWaiting;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (Leading.IsEmpty)
        {
            await WaitReadableAsync(cancellationToken).ConfigureAwait(false);
            if (buffer.IsEmpty)
            {
                return 0;
            }

            SocketError error = stream.Receive(buffer.Span, peek: false, out int count);
            if (error == SocketError.Success)
            {
                HasEnded |= count == 0;
                return count;
            }

            if (error != SocketError.WouldBlock)
            {
                throw Failed(new SocketException((int)error));
            }
        }

        int taken = Math.Min(buffer.Length, Leading.Length);
        Leading[..taken].CopyTo(buffer);
        Leading = Leading[taken..];
        return taken;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                buffer = buffer[await stream.SendAsync(buffer, cancellationToken).ConfigureAwait(false)..];
            }
        }
        catch (SocketException error)
        {
            throw WriteFailed(error);
        }
    }

    /// <summary>For a last alert, which TLS may write in no other way. Nothing waits for the peer.</summary>
    public override void Write(byte[] buffer, int offset, int count)
    {
        SocketError error = stream.Send(buffer.AsSpan(offset, count), out int sent);
        if (error != SocketError.Success || sent < count)
        {
            throw Failed(new SocketException((int)(error == SocketError.Success ? SocketError.WouldBlock : error)));
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            stream.Close();
        }

        base.Dispose(disposing);
    }

    protected static IOException Failed(SocketException error) => new(error.Message, error);

    protected IOException WriteFailed(SocketException error)
    {
        Volatile.Write(ref _writingFailed, error);
        return Failed(error);
    }

    /// <summary>Waits until a read of the stream is worth a try; <see cref="TryWhileReadWaits"/> may run something meanwhile.</summary>
    /// <exception cref="SocketException">The stream has failed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected async ValueTask WaitReadableAsync(CancellationToken cancellationToken)
    {
        ValueTask<int> readable = stream.WaitReadableAsync(cancellationToken);
        if (readable.IsCompleted)
        {
            await readable.ConfigureAwait(false);
            return;
        }

        SetWaiting(true);
        try
        {
            await readable.ConfigureAwait(false);
        }
        finally
        {
            SetWaiting(false);
        }
    }

    private void SetWaiting(bool isWaiting)
    {
        lock (_waiting)
        {
            _isWaiting = isWaiting;
        }
    }
}
