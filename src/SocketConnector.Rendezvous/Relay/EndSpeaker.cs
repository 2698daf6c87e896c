using System.Buffers;
using Microsoft.Extensions.Logging;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Carries out the actions of an end: writes frames, closes it, or hands a pair to the joiner.</summary>
/// <param name="pair">Joins two ends that have been told everything.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The relay's.</param>
internal sealed class EndSpeaker(Func<Pairing, Task> pair, TimeProvider time, ILogger log)
{
    /// <summary>An end that reads takes these few bytes at once. One that has not by then is cut.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>Empties the outbox, unless another thread is doing so. Never throws.</summary>
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

    /// <summary>Writes all frames at once. An end that does not take them is cut, which its reader then sees.</summary>
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
            await BoundedWrite.WriteAsync(end.Peer.GetStream(), bytes.WrittenMemory, _patience, time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
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
            closed = end.Peer.CloseAsync(why);
        }

        log.EndGone(GoneText.IsNormal(last.Gone) ? LogLevel.Debug : LogLevel.Information, end.Peer, why);
        await closed.ConfigureAwait(false);
    }
}
