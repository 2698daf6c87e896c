using Microsoft.Extensions.Logging;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>Speaks with a client of magic-wormhole: its line, the wait for its partner, <c>ok</c> to both.</summary>
/// <param name="rooms">Where they wait.</param>
/// <param name="wait">How long one waits at most.</param>
/// <param name="joiner">Joins them.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The relay's.</param>
internal sealed class TransitConversation(TransitRooms rooms, TimeSpan wait, PairJoiner joiner, TimeProvider time, ILogger log)
{
    private static readonly byte[] _ok = "ok\n"u8.ToArray();
    private static readonly byte[] _impatient = "impatient\n"u8.ToArray();
    private static readonly byte[] _bad = "bad handshake\n"u8.ToArray();

    /// <param name="peer">The client, which is joined or closed when this ends.</param>
    /// <param name="head">What was read of it, and room for the rest of its line.</param>
    /// <param name="held">How much was read.</param>
    /// <param name="deadline">For its line.</param>
    /// <param name="stopping">The relay stops.</param>
    public async Task RunAsync(Peer peer, Memory<byte> head, int held, CancellationToken deadline, CancellationToken stopping)
    {
        Stream stream = peer.GetStream();
        TransitLine line;
        int length;
        bool? isLine;
        while ((isLine = TransitLine.Read(head.Span[..held], out line, out length)) is null)
        {
            int count = await stream.ReadAsync(head[held..], deadline).ConfigureAwait(false);
            if (count == 0)
            {
                peer.Dispose();
                return;
            }

            held += count;
        }

        if (isLine is false || length < held)
        {
            await RefuseAsync(peer, isLine is false ? _bad : _impatient, isLine is false ? "its line is none of the transit relay's" : "it sent data before its partner was there").ConfigureAwait(false);
            return;
        }

        var end = new TransitEnd(peer, line);
        if (!rooms.TryMeet(end, out TransitEnd? partner))
        {
            peer.Dispose();
            log.TransitRefused(peer, "too many wait");
        }
        else if (partner is not null)
        {
            await partner.MeetAsync().ConfigureAwait(false);
            await JoinAsync(partner, end).ConfigureAwait(false);
        }
        else
        {
            await WaitAsync(end, stopping).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(TransitEnd end, CancellationToken stopping)
    {
        using var enough = new CancellationTokenSource(wait, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(end.Met, enough.Token, stopping);
        byte[] one = new byte[1];
        int count = 0;
        bool isOver = false;
        try
        {
            count = await end.Peer.GetStream().ReadAsync(one, any.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            isOver = true;
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It has gone.
        }

        if (!rooms.TryLeave(end))
        {
            // Met: what it sent too early is its partner's.
            end.Peer.Unread(one.AsSpan(0, count));
            end.Silence();
        }
        else if (count > 0)
        {
            await RefuseAsync(end.Peer, _impatient, "it sent data before its partner was there").ConfigureAwait(false);
        }
        else
        {
            end.Peer.Dispose();
            log.TransitRefused(end.Peer, isOver ? "no partner came in time" : "it left");
        }
    }

    private async Task JoinAsync(TransitEnd waiting, TransitEnd coming)
    {
        try
        {
            await waiting.Peer.GetStream().WriteAsync(_ok, CancellationToken.None).ConfigureAwait(false);
            await coming.Peer.GetStream().WriteAsync(_ok, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One of them has gone: joined, the other learns of it as of any end.
        }

        await joiner.JoinAsync(waiting.Peer, coming.Peer).ConfigureAwait(false);
    }

    private async Task RefuseAsync(Peer peer, byte[] answer, string why)
    {
        log.TransitRefused(peer, why);
        try
        {
            await peer.GetStream().WriteAsync(answer, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Gone already.
        }

        await peer.CloseAsync(why).ConfigureAwait(false);
    }
}
