using System.Buffers;
using Microsoft.Extensions.Logging;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Reads an end's frames until it is paired or gone. Holds no pooled buffer while nothing comes.</summary>
/// <param name="meeting">Where it is told.</param>
/// <param name="doorkeeper">Looks at tickets.</param>
/// <param name="speaker">Carries out what the end is told.</param>
/// <param name="log">The relay's.</param>
internal sealed class EndListener(Meeting meeting, Doorkeeper doorkeeper, EndSpeaker speaker, ILogger log)
{
    /// <summary>Never fails.</summary>
    /// <param name="end">The end.</param>
    /// <param name="first">What was read of it behind its opening.</param>
    public async Task RunAsync(RelayedEnd end, ReadOnlyMemory<byte> first)
    {
        meeting.Open(end);
        try
        {
            Stream stream = end.Peer.GetStream();
            byte[] rest = await ObeyAsync(end, first).ConfigureAwait(false);
            while (await StaysAsync(end).ConfigureAwait(false))
            {
                await stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                if (await HearAsync(end, stream, rest).ConfigureAwait(false) is not { } left)
                {
                    return;
                }

                rest = left;
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Gone, or closed by what it was told.
        }
        catch (Exception error)
        {
            log.Fault(error, end.Peer);
        }
        finally
        {
            // On every path; it has no effect on an end that is paired or gone.
            meeting.Leave(end);
        }
    }

    /// <summary>Reads what has come of an end, and does what the frames in it say.</summary>
    /// <param name="end">The end.</param>
    /// <param name="stream">Its bytes.</param>
    /// <param name="rest">What it has said of a frame before.</param>
    /// <returns>What it has said of a frame so far; nothing at the end of its stream.</returns>
    private async ValueTask<byte[]?> HearAsync(RelayedEnd end, Stream stream, byte[] rest)
    {
        byte[] room = ArrayPool<byte>.Shared.Rent(FrameBounds.MaxFrameLength);
        try
        {
            rest.CopyTo(room, 0);
            int count = await stream.ReadAsync(room.AsMemory(rest.Length)).ConfigureAwait(false);
            return count > 0 ? await ObeyAsync(end, room.AsMemory(0, rest.Length + count)).ConfigureAwait(false) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    /// <summary>Does what all frames say that are complete.</summary>
    /// <returns>The rest, in an array of its own: an end that sends half a frame, and then nothing for a day, must not hold a pooled buffer for as long.</returns>
    private async ValueTask<byte[]> ObeyAsync(RelayedEnd end, ReadOnlyMemory<byte> bytes)
    {
        long came = meeting.Now;
        var input = new ReadOnlySequence<byte>(bytes);
        while (FrameReader.Read(ref input, FrameSender.End, out Frame? frame, out string? error) is var status && status != OperationStatus.NeedMoreData)
        {
            // Bytes behind JOIN or ACCEPT would end up in the partner's stream.
            if (status == OperationStatus.InvalidData || (frame is JoinFrame or AcceptFrame && !input.IsEmpty))
            {
                meeting.Reject(end);
                log.Malformed(end.Peer, error ?? "it says something although it is to be silent");
                return [];
            }

            Grant? grant = frame is JoinFrame join && meeting.TryAdmit(end, came) ? await doorkeeper.AdmitAsync(end, join).ConfigureAwait(false) : null;
            meeting.Receive(end, frame!, grant, came);
        }

        return input.IsEmpty ? [] : input.ToArray();
    }

    /// <summary>Tells an end what there is to tell it, and waits for its answer where it is silent until then.</summary>
    /// <returns>Whether it may say more; not once it is paired or gone.</returns>
    private async ValueTask<bool> StaysAsync(RelayedEnd end)
    {
        await speaker.EmptyAsync(end).ConfigureAwait(false);
        if (end.IsSilent)
        {
            await end.Answer.ConfigureAwait(false);
        }

        return end.State is not (EndState.Paired or EndState.Gone);
    }
}
