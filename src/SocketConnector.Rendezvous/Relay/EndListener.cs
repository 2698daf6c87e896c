using System.Buffers;
using SocketConnector.Rendezvous.Sessions;
using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Hears what an end says, until it is paired or gone. While it says nothing it holds no buffer.</summary>
/// <param name="meeting">Where it is told.</param>
/// <param name="doorkeeper">Looks at tickets.</param>
/// <param name="speaker">Carries out what the end is told.</param>
internal sealed class EndListener(Meeting meeting, Doorkeeper doorkeeper, EndSpeaker speaker)
{
    /// <summary>Never fails.</summary>
    /// <param name="end">The end.</param>
    /// <param name="first">What was read of it behind its opening.</param>
    public async Task RunAsync(RelayedEnd end, ReadOnlyMemory<byte> first)
    {
        meeting.Open(end);
        byte[]? room = null;
        int held = first.Length;
        try
        {
            if (held > 0)
            {
                first.CopyTo(room = Rent());
            }

            while (true)
            {
                if (room is not null && await HearAsync(end, room.AsMemory(0, held)).ConfigureAwait(false) is var taken)
                {
                    if (taken is null)
                    {
                        return;
                    }

                    room.AsSpan(taken.Value, held - taken.Value).CopyTo(room);
                    held -= taken.Value;
                }

                if (held == 0)
                {
                    GiveBack(ref room);
                    await end.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
                }

                room ??= Rent();
                int count = await end.ReadAsync(room.AsMemory(held)).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                held += count;
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Gone, or closed by what it was told.
        }
        finally
        {
            GiveBack(ref room);

            // Whatever has gone wrong; one that is paired or gone is left alone.
            meeting.Leave(end);
        }
    }

    /// <summary>Takes all frames that are complete.</summary>
    /// <returns>How many bytes they were; nothing once the end is paired or gone.</returns>
    private async ValueTask<int?> HearAsync(RelayedEnd end, ReadOnlyMemory<byte> bytes)
    {
        long came = meeting.Now;
        var input = new ReadOnlySequence<byte>(bytes);
        while (FrameReader.Read(ref input, FrameSender.End, out Frame? frame, out string? error) is var status && status != OperationStatus.NeedMoreData)
        {
            // Whatever follows a frame behind which an end is silent would end up in the partner's stream.
            if (status == OperationStatus.InvalidData || (frame is JoinFrame or AcceptFrame && !input.IsEmpty))
            {
                meeting.Reject(end);
                doorkeeper.Malformed(end, error ?? "it says something although it is to be silent");
                return null;
            }

            Grant? grant = frame is JoinFrame join ? await doorkeeper.AdmitAsync(end, join).ConfigureAwait(false) : null;
            meeting.Receive(end, frame!, grant, came);
        }

        await speaker.EmptyAsync(end).ConfigureAwait(false);
        if (end.IsSilent)
        {
            await end.Answer.ConfigureAwait(false);
        }

        return end.State is EndState.Paired or EndState.Gone ? null : (int)(bytes.Length - input.Length);
    }

    private static byte[] Rent() => ArrayPool<byte>.Shared.Rent(FrameBounds.MaxFrameLength);

    private static void GiveBack(ref byte[]? room)
    {
        if (room is not null)
        {
            ArrayPool<byte>.Shared.Return(room);
            room = null;
        }
    }
}
