using System.Net.Security;
using SocketConnector.Sockets;

namespace SocketConnector.Rendezvous.EndToEnd;

/// <summary>The users' bytes inside TLS. Reads an end of stream only after a close-notify: a stream that the relay has cut throws.</summary>
/// <param name="tls">Authenticated.</param>
/// <param name="inner">What it stands on.</param>
/// <param name="turn">That of <paramref name="inner"/>.</param>
internal sealed class SealedStream(SslStream tls, LateStream inner, ReadTurn turn) : UnbufferedStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        turn.Take();
        try
        {
            int count = await tls.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);

            // SslStream reads 0 for a close-notify and for a bare end alike, but only for the latter it had to ask the stream below.
            return count > 0 || buffer.IsEmpty || !inner.HasEnded
                ? count
                : throw new EndOfStreamException("the other end's stream was cut: it ended without a close-notify");
        }
        finally
        {
            turn.Release();
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => tls.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => tls.FlushAsync(cancellationToken);

    /// <summary>Sends a close-notify, behind the last write.</summary>
    public async ValueTask ShutdownAsync(CancellationToken cancellationToken)
    {
        Task? sending = null;
        while (!turn.TryRun(() => sending = tls.ShutdownAsync()))
        {
            // A record is being decrypted.
            await Task.Yield();
        }

        await sending!.WaitAsync(cancellationToken).ConfigureAwait(false);
        await tls.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            tls.Dispose();
        }

        base.Dispose(disposing);
    }
}
