using System.Buffers;
using System.Net;
using Microsoft.Extensions.Logging;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Finds out what a client speaks, and leaves it to whoever speaks that.</summary>
internal sealed class Arrivals(RelayOptions options, EndListener ends, TransitConversation transit, TimeProvider time, ILogger log)
{
    private bool _isDraining;

    /// <summary>The relay stops: whoever asks for its health is told so.</summary>
    public void Drain() => Volatile.Write(ref _isDraining, true);

    /// <summary>Serves a client until it is joined or gone. Never fails.</summary>
    public async Task ServeAsync(Peer peer, CancellationToken stopping)
    {
        try
        {
            // What is for the beginning alone is not held while an end waits, which may be for a day.
            if (await BeginAsync(peer, stopping).ConfigureAwait(false) is { } first)
            {
                await ends.RunAsync(new RelayedEnd(peer, options.TellsAddresses ? (peer.RemoteEndPoint as IPEndPoint)?.ToString() : null), first).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // It has gone, or said nothing in time.
            peer.Dispose();
        }
        catch (Exception error)
        {
            peer.Dispose();
            log.Fault(error, peer);
        }
    }

    /// <returns>What an end of SCR/1 has said behind its opening; nothing of a client that speaks something else, which is served by then.</returns>
    private async Task<byte[]?> BeginAsync(Peer peer, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(options.JoinTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        CancellationToken enough = either.Token;

        // Nothing is held for one that says nothing.
        await peer.GetStream().ReadAsync(Memory<byte>.Empty, enough).ConfigureAwait(false);
        byte[] head = ArrayPool<byte>.Shared.Rent(FrameBounds.MaxFrameLength);
        try
        {
            int held = 0;
            Dialect dialect = Dialect.Undecided;
            while (dialect == Dialect.Undecided)
            {
                int count = await peer.GetStream().ReadAsync(head.AsMemory(held), enough).ConfigureAwait(false);
                if (count == 0)
                {
                    peer.Dispose();
                    return null;
                }

                held += count;
                dialect = Dialects.Recognise(head.AsSpan(0, held), options.AllowsTransit);
            }

            switch (dialect)
            {
                case Dialect.Http:
                    await HealthAnswer.GiveAsync(peer, head, held, Volatile.Read(ref _isDraining), enough).ConfigureAwait(false);
                    return null;
                case Dialect.Transit:
                    await transit.RunAsync(peer, head, held, enough, stopping).ConfigureAwait(false);
                    return null;
                case Dialect.Unknown:
                    peer.Dispose();
                    log.Unknown(peer);
                    return null;
                default:
                    return head.AsSpan(Opening.Length, held - Opening.Length).ToArray();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(head);
        }
    }
}
