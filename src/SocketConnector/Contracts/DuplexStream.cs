using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace SocketConnector;

/// <summary>
/// A byte stream that is no socket, such as TLS over one: a <see cref="System.IO.Stream"/>, and what a stream cannot say, which is
/// how to end its writing half and how to cut it.
/// </summary>
/// <remarks>
/// What the stream reads as its end is taken for the peer's orderly end, and what it throws for a failure. One read and one write are
/// under way at most, and may be at the same time.
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "It is a stream of bytes both ways, in the field's word.")]
public sealed class DuplexStream
{
    /// <summary>Makes one of <paramref name="stream"/>.</summary>
    /// <param name="stream">Readable and writable. Disposed when it is no longer needed.</param>
    /// <param name="endAsync">
    /// Ends the writing half, so that the peer reads the end of the stream and may go on sending; for TLS
    /// <see cref="SslStream.ShutdownAsync"/>. Called once at most, behind the last write. Its token is cancelled when the stream is
    /// given up.
    /// </param>
    /// <exception cref="ArgumentException">The stream cannot be read, or not be written.</exception>
    public DuplexStream(Stream stream, Func<CancellationToken, ValueTask> endAsync)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(endAsync);
        if (!stream.CanRead || !stream.CanWrite)
        {
            throw new ArgumentException("The stream must be readable and writable.", nameof(stream));
        }

        (Stream, EndAsync) = (stream, endAsync);
        SupportsZeroByteReads = stream is NetworkStream or SslStream;
    }

    /// <summary>The stream.</summary>
    public Stream Stream { get; }

    /// <summary>
    /// Cuts the stream at once, even while a write hangs, so that the peer sees an error and not an end; over a socket,
    /// <c>() =&gt; socket.Close(0)</c>. The stream is disposed after it, and by default nothing else is done.
    /// </summary>
    public Action? Abort { get; init; }

    /// <summary>Where the peer is; <see langword="null"/>, the default, where that means nothing. Shown by its text.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>This end of the stream; <see langword="null"/>, the default, where that means nothing.</summary>
    public EndPoint? LocalEndPoint { get; init; }

    /// <summary>
    /// Whether a read into no room waits until there is something to read, so that an idle stream holds no buffer. By default it is
    /// so for <see cref="NetworkStream"/> and <see cref="SslStream"/>.
    /// </summary>
    public bool SupportsZeroByteReads { get; init; }

    /// <summary>
    /// Ends the writing half, as the constructor took it: for code that has the stream to itself, and called once at most. A stream that is
    /// disposed without it may look cut to the peer.
    /// </summary>
    public Func<CancellationToken, ValueTask> EndAsync { get; }
}
