using SocketConnector.Sockets;

namespace SocketConnector.Relaying;

/// <summary>A stream that the user owns, through its <see cref="Peer"/>, until it is joined or disposed.</summary>
/// <param name="stream">The stream.</param>
/// <param name="services">Of the listener or the dialer that it comes from.</param>
internal sealed class HandedOut(PeerStream stream, RelayServices services) : IHandedOut
{
    private OwnedStream? _bytes;

    public PeerStream Stream => stream;

    public Stream Bytes => LazyInitializer.EnsureInitialized(ref _bytes, () => new OwnedStream(stream, stream.Peer));

    /// <summary>Takes both or neither.</summary>
    /// <exception cref="ArgumentException">One of them is not the caller's; the other still is.</exception>
    public static (HandedOut One, HandedOut Other) TakeBoth(Peer peer, Peer partner)
    {
        const string Mistake = "the peer is not the caller's, or one is being dialled for it";
        _ = peer.Borrow() ?? throw new ArgumentException(Mistake, nameof(peer));
        if (partner.Borrow() is null)
        {
            peer.Return();
            throw new ArgumentException(Mistake, nameof(partner));
        }

        var one = peer.TakeBorrowed() as HandedOut;
        var other = partner.TakeBorrowed() as HandedOut;
        if (one is not null && other is not null)
        {
            one._bytes?.Take();
            other._bytes?.Take();
            return (one, other);
        }

        // Disposed by another thread in this moment.
        one?.Abort();
        other?.Abort();
        throw new ArgumentException(Mistake, one is null ? nameof(peer) : nameof(partner));
    }

    public void Unread(ReadOnlySpan<byte> bytes) => stream.Unread(bytes);

    public ValueTask EndSendingAsync(CancellationToken cancellationToken) => stream.EndSendingAsync(cancellationToken);

    public void Close() => End(CloseReason.Ended, stream.Close, why: null);

    public async Task CloseAsync(string? why)
    {
        try
        {
            _bytes?.Take();
            await stream.PartAsync(services.Time, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            End(CloseReason.Ended, stream.Close, why);
        }
    }

    public void Abort() => End(CloseReason.Aborted, stream.Abort, why: null);

    private void End(CloseReason reason, Action end, string? why)
    {
        services.Observer.Count(reason, null);
        try
        {
            _bytes?.Take();
            end();
        }
        finally
        {
            services.Observer.TellNotJoined(stream.Peer, reason, null, why ?? "this program closed it");
        }
    }
}
