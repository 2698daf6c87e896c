using System.Threading.Channels;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>
/// The partners that have come to an end that listens, until it takes them. There is room for so many at once; where nobody takes them, more
/// wait at the relay, which tells them so, rather than here.
/// </summary>
/// <param name="settings">Of the end.</param>
/// <param name="trouble">Where it tells who is not accepted.</param>
/// <param name="stopping">The end stops.</param>
internal sealed class Partners(RendezvousEndPoint settings, PoolTrouble trouble, CancellationToken stopping)
{
    /// <summary>How many may prove themselves, or be proved and not taken, besides those that wait: what a listening socket keeps, in the order of its backlog.</summary>
    private const int MaxUntaken = 256;

    private readonly Channel<DuplexStream> _proved = Channel.CreateUnbounded<DuplexStream>();
    private readonly SemaphoreSlim _room = new(settings.MaxStandby + MaxUntaken);

    /// <summary>Waits for room for one.</summary>
    public Task ReserveAsync() => _room.WaitAsync(stopping);

    /// <summary>Nobody has come.</summary>
    public void Release() => _room.Release();

    /// <summary>The next one; nothing once the end has stopped.</summary>
    public async ValueTask<DuplexStream?> TakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            DuplexStream stream = await _proved.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            Release();
            return stream;
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    /// <summary>Has one prove itself. Never fails.</summary>
    /// <param name="call">Owned.</param>
    public async Task ProveAsync(RelayCall call)
    {
        try
        {
            DuplexStream stream = await call.FinishAsync(settings.HandshakeTimeout, stopping).ConfigureAwait(false);
            if (_proved.Writer.TryWrite(stream))
            {
                return;
            }

            Release();
            await CloseAsync(stream).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever the other end did, it costs this connection.
            Release();
            if (!stopping.IsCancellationRequested)
            {
                trouble.NotAccepted(error.Message);
            }
        }
        finally
        {
            call.Dispose();
        }
    }

    /// <summary>Nobody takes any more.</summary>
    public void End() => _proved.Writer.TryComplete();

    /// <summary>Closes what nobody has taken.</summary>
    public async Task CloseAsync()
    {
        while (_proved.Reader.TryRead(out DuplexStream? unused))
        {
            await CloseAsync(unused).ConfigureAwait(false);
        }
    }

    private static ValueTask CloseAsync(DuplexStream stream)
    {
        stream.Abort?.Invoke();
        return stream.Stream.DisposeAsync();
    }
}
