using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace SocketConnector.Rendezvous.AspNetCore;

/// <summary>Moves bytes from the application to the stream, and ends it behind the last.</summary>
/// <param name="destination">Written.</param>
/// <param name="pipe">Read, and completed.</param>
internal sealed class Sending(DuplexStream destination, PipeReader pipe)
{
    private volatile bool _isFinishing;

    /// <returns>Why it has come to no end in order; nothing where it has.</returns>
    public async Task<Exception?> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                ReadResult read = await pipe.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                if (read.IsCanceled && !_isFinishing)
                {
                    return new ConnectionAbortedException();
                }

                foreach (ReadOnlyMemory<byte> segment in read.Buffer)
                {
                    await destination.Stream.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
                }

                await destination.Stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                pipe.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted || _isFinishing)
                {
                    await destination.EndAsync(cancellationToken).ConfigureAwait(false);
                    return null;
                }
            }
        }
        catch (Exception error)
        {
            return error;
        }
    }

    public ValueTask CompleteAsync() => pipe.CompleteAsync();

    /// <summary>Ends the stream behind what is there already.</summary>
    public void Finish()
    {
        _isFinishing = true;
        pipe.CancelPendingRead();
    }

    public void Cancel() => pipe.CancelPendingRead();
}
