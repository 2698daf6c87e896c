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
    private readonly PeerSocket _peer;
    private readonly Pipe _input;
    private readonly CancellationTokenSource _enough = new();
    private readonly Task _filling;

    public AuthenticationPipe(PeerSocket peer, int bufferSize)
    {
        _peer = peer;
        _input = new Pipe(new PipeOptions(pauseWriterThreshold: bufferSize, resumeWriterThreshold: bufferSize / 2, useSynchronizationContext: false));

        Output = PipeWriter.Create(new SendStream(peer.Socket), new StreamPipeWriterOptions(leaveOpen: true));
        _filling = FillAsync(_enough.Token);
    }

    public PipeReader Input => _input.Reader;

    public PipeWriter Output { get; }

    /// <summary>Stops reading, and gives back what the verifier left unread, if anything.</summary>
    /// <exception cref="SocketException">The peer has gone.</exception>
    /// <exception cref="InvalidOperationException">The verifier completed the pipe, or kept a read open.</exception>
    public async Task<PipeReader?> DetachAsync()
    {
        await StopFillingAsync().ConfigureAwait(false);
        ReadResult rest = await _input.Reader.ReadAsync().ConfigureAwait(false);
        _input.Reader.AdvanceTo(rest.Buffer.Start);
        if (!rest.Buffer.IsEmpty)
        {
            return _input.Reader;
        }

        await _input.Reader.CompleteAsync().ConfigureAwait(false);
        return null;
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
                // Only the wait can be cancelled, never the read that takes bytes out of the socket, and which itself never waits.
                await _peer.Socket.WaitReadableAsync(enough).ConfigureAwait(false);
                if (!_peer.TryReceive(_input.Writer.GetMemory().Span, out int count))
                {
                    continue;
                }

                _input.Writer.Advance(count);
                FlushResult flushed = await _input.Writer.FlushAsync(enough).ConfigureAwait(false);
                wanted = count > 0 && !flushed.IsCompleted;
            }
        }
        catch (OperationCanceledException)
        {
            // The verifier has finished; what was read so far is in the pipe.
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            failure = error;
        }

        await _input.Writer.CompleteAsync(failure).ConfigureAwait(false);
    }
}
