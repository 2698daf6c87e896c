using System.Threading.Channels;

namespace SocketConnector.Rendezvous.Ends;

/// <summary>
/// The accept queue of an end that listens: partners that are in the handshake or not accepted yet. It is bounded; beyond that partners
/// wait at the relay, which tells them so; but what takes long to prove itself makes room for them.
/// </summary>
/// <param name="settings">Of the end.</param>
/// <param name="trouble">Where it tells who is not accepted.</param>
/// <param name="time">The clock.</param>
/// <param name="stopping">The end stops.</param>
internal sealed class Partners(RendezvousEndPoint settings, PoolTrouble trouble, TimeProvider time, CancellationToken stopping)
{
    /// <summary>How many may be in the handshake or not accepted yet, besides the standby connections: of the order of a listening socket's backlog.</summary>
    private const int MaxUntaken = 256;

    private readonly Channel<DuplexStream> _proved = Channel.CreateUnbounded<DuplexStream>();
    private readonly SemaphoreSlim _room = new(settings.MaxStandby + MaxUntaken);
    private readonly Handshakes _handshakes = new(settings.HandshakeTimeout, time);

    /// <summary>Waits for room for one.</summary>
    public Task ReserveAsync()
    {
        Task room = _room.WaitAsync(stopping);
        if (!room.IsCompleted)
        {
            _handshakes.HurryOldest();
        }

        return room;
    }

    /// <summary>Gives a reserved place back: no partner came.</summary>
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

    /// <summary>Runs the end-to-end handshake and queues the stream. Never throws.</summary>
    /// <param name="call">Owned.</param>
    public async Task ProveAsync(RelayCall call)
    {
        try
        {
            using Handshakes.Handshake handshake = _handshakes.Begin();
            DuplexStream stream = await call.FinishAsync(handshake.Deadline, stopping).ConfigureAwait(false);
            if (_proved.Writer.TryWrite(stream))
            {
                return;
            }

            Release();
            await CloseAsync(stream).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever the other end did, only this connection is lost.
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
