using System.Buffers;
using Microsoft.Extensions.Logging;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Carries out what ends are told: writes to them, closes them, and hands pairs on.</summary>
/// <param name="pair">Joins two ends that have been told everything.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The relay's.</param>
internal sealed class EndSpeaker(Func<Pairing, Task> pair, TimeProvider time, ILogger log)
{
    /// <summary>An end takes the few bytes that it is told at once, or does not read.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>Empties the outbox, unless somebody is at it. Never fails.</summary>
    public async Task EmptyAsync(RelayedEnd end)
    {
        if (!end.Outbox.TryBegin())
        {
            return;
        }

        while (end.Outbox.Take() is { } posted)
        {
            await WriteAsync(end, posted).ConfigureAwait(false);
            foreach (Outgoing one in posted)
            {
                if (one.Pairing is { } pairing && pairing.Come())
                {
                    await pair(pairing).ConfigureAwait(false);
                }
                else if (one.Gone != GoneReason.None)
                {
                    await CloseAsync(end, one).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>All frames in one write. Who does not take them is cut, and is found gone by whoever reads from it.</summary>
    private async ValueTask WriteAsync(RelayedEnd end, List<Outgoing> posted)
    {
        var bytes = new ArrayBufferWriter<byte>(64);
        foreach (Outgoing one in posted)
        {
            if (one.Frame is { } frame)
            {
                FrameWriter.Write(frame, bytes);
            }
        }

        if (bytes.WrittenCount == 0)
        {
            return;
        }

        try
        {
            ValueTask writing = end.Peer.GetStream().WriteAsync(bytes.WrittenMemory);
            if (writing.IsCompleted)
            {
                await writing.ConfigureAwait(false);
                return;
            }

            Task pending = writing.AsTask();

            // Fails once the peer is cut, when nobody waits for it any more.
            _ = pending.ContinueWith(static failed => failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await pending.WaitAsync(_patience, time).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException or TimeoutException)
        {
            end.Peer.Dispose();
            log.EndUnwritable(end.Peer, error.Message);
        }
    }

    private async ValueTask CloseAsync(RelayedEnd end, Outgoing last)
    {
        string why = GoneText.Of(last.Gone);
        Task closed = Task.CompletedTask;
        if (last.Frame is null)
        {
            end.Peer.Dispose();
        }
        else
        {
            await end.StopHearingAsync().ConfigureAwait(false);
            closed = end.Peer.CloseAsync(why);
        }

        log.EndGone(GoneText.IsNormal(last.Gone) ? LogLevel.Debug : LogLevel.Information, end.Peer, why);
        await closed.ConfigureAwait(false);
    }
}
