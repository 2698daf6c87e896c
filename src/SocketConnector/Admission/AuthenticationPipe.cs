using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Admission;

/// <summary>
/// The pipe that a verifier talks over. It reads ahead by one buffer at most, and what the verifier leaves unread stays in
/// it, to be relayed from there.
/// </summary>
internal sealed class AuthenticationPipe : IDuplexPipe, IAsyncDisposable
{
    private readonly PeerStream _peer;
    private readonly VerifierInput _input;
    private readonly InnerStream _sending;
    private readonly CancellationTokenSource _enough = new();
    private readonly Task _filling;

    // Its input bounds what it holds; a threshold of its own would count only what was not looked at.
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private SocketException? _readingFailed;

    public AuthenticationPipe(PeerStream peer, int bufferSize)
    {
        _peer = peer;
        _input = new VerifierInput(_pipe.Reader, bufferSize);
        _sending = new InnerStream(peer.Stream, leading: default);
        Output = PipeWriter.Create(_sending, new StreamPipeWriterOptions(leaveOpen: true));
        _filling = FillAsync(_enough.Token);
    }

    public PipeReader Input => _input;

    public PipeWriter Output { get; }

    /// <summary>How the peer's socket has failed, if it has. A verifier may throw the same types for reasons of its own.</summary>
    public SocketException? SocketFailed => Volatile.Read(ref _readingFailed) ?? _sending.WritingFailed;

    /// <summary>Stops reading, and puts back what the verifier left unread.</summary>
    /// <exception cref="SocketException">The peer has gone.</exception>
    /// <exception cref="InvalidOperationException">The verifier completed the pipe, or kept a read open.</exception>
    public async Task DetachAsync()
    {
        await StopFillingAsync().ConfigureAwait(false);
        if (_input.IsReadOpen)
        {
            throw new InvalidOperationException("the verifier kept a read of its pipe open, or has completed it");
        }

        ReadResult rest = await _pipe.Reader.ReadAsync().ConfigureAwait(false);
        _peer.Unread(rest.Buffer.ToArray());
        await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopFillingAsync().ConfigureAwait(false);
        _enough.Dispose();
    }

    private async Task StopFillingAsync()
    {
        await _enough.CancelAsync().ConfigureAwait(false);
        await _filling.ConfigureAwait(false);
    }

    private async Task FillAsync(CancellationToken enough)
    {
        Exception? failure = null;
        try
        {
            bool wanted = true;
            while (wanted)
            {
                while (_input.Room <= 0)
                {
                    await _input.WaitForRoomAsync(enough).ConfigureAwait(false);
                }

                if (await ReceiveAsync(enough).ConfigureAwait(false) is not { } count)
                {
                    continue;
                }

                _input.Add(count);
                _pipe.Writer.Advance(count);
                FlushResult flushed = await _pipe.Writer.FlushAsync(enough).ConfigureAwait(false);
                wanted = count > 0 && !flushed.IsCompleted;
            }
        }
        catch (OperationCanceledException)
        {
            // The verifier has finished; what was read so far is in the pipe.
        }
        catch (Exception error)
        {
            // The socket's, which the verifier is to find; or what the verifier completed its end with, which it knows.
            failure = error;
        }

        await _pipe.Writer.CompleteAsync(failure).ConfigureAwait(false);
    }

    /// <returns>How many bytes came, none at the end of the stream; nothing where it was woken for nothing.</returns>
    private async ValueTask<int?> ReceiveAsync(CancellationToken enough)
    {
        try
        {
            // Only the wait can be cancelled, never the read that takes bytes out of the socket, and which itself never waits.
            await _peer.WaitReadableAsync(enough).ConfigureAwait(false);
            Memory<byte> room = _pipe.Writer.GetMemory();
            return _peer.TryReceive(room.Span[..Math.Min(room.Length, _input.Room)], out int count) ? count : null;
        }
        catch (SocketException error)
        {
            // Comes before the verifier can learn of it, and throw.
            Volatile.Write(ref _readingFailed, error);
            throw;
        }
    }
}
