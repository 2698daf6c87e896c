using System.Buffers;
using System.Net;
using Microsoft.Extensions.Logging;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Detects a client's protocol by its first bytes, and hands the client to the code for that protocol.</summary>
/// <param name="options">What is spoken, and how long a client may take to say what it wants.</param>
/// <param name="ends">Hears the ends of SCR/1.</param>
/// <param name="transit">Speaks with clients of magic-wormhole.</param>
/// <param name="work">What is under way.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The relay's.</param>
internal sealed class Arrivals(RelayOptions options, EndListener ends, TransitConversation transit, WorkCount work, TimeProvider time, ILogger log)
{
    private bool _isDraining;

    /// <summary>The relay stops: whoever asks for its health is told so.</summary>
    public void Drain() => Volatile.Write(ref _isDraining, true);

    /// <summary>Serves a client until it is joined or gone, or, an end of SCR/1, handed on. Never fails.</summary>
    public async Task ServeAsync(Peer peer, CancellationToken stopping)
    {
        // What it has sent already is understood, verified and logged elsewhere: the next one is accepted meanwhile.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            // An end waits for a day, perhaps: nothing of its beginning is held meanwhile.
            if (await BeginAsync(peer, stopping).ConfigureAwait(false) is { } first)
            {
                var end = new RelayedEnd(peer, options.TellsAddresses ? (peer.RemoteEndPoint as IPEndPoint)?.ToString() : null);
                work.Run(() => ends.RunAsync(end, first));
            }
        }
        catch (OperationCanceledException)
        {
            Drop(peer, stopping.IsCancellationRequested ? GoneReason.Draining : GoneReason.NeverJoined);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            Drop(peer, GoneReason.Left);
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

        // A silent client holds no buffer.
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
                    Drop(peer, GoneReason.Left);
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

    private void Drop(Peer peer, GoneReason reason)
    {
        string why = GoneText.Of(reason);
        peer.Dispose();
        log.EndGone(GoneText.IsNormal(reason) ? LogLevel.Debug : LogLevel.Information, peer, why);
    }
}
