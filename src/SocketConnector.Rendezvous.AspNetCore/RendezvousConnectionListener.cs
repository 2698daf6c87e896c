using System.Net;
using Microsoft.AspNetCore.Connections;

namespace SocketConnector.Rendezvous.AspNetCore;

/// <summary>Waits in a session, and hands over each connection that has come and is proven.</summary>
/// <param name="session">Where it listens.</param>
/// <param name="listener">Owned.</param>
/// <param name="services">For the connections; the memory pool is owned.</param>
internal sealed class RendezvousConnectionListener(RendezvousEndPoint session, TransportListener listener, ConnectionServices services) : IConnectionListener
{
    private readonly Lock _gate = new();
    private Task? _stopped;

    public EndPoint EndPoint => session;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await listener.AcceptAsync(cancellationToken).ConfigureAwait(false) is { } stream ? new RendezvousConnection(stream, services) : null;

    /// <summary>Waits in the session no longer. Connections that were accepted go on.</summary>
    /// <param name="cancellationToken">Not heeded: Kestrel cancels it to hurry, and to be half unbound helps nobody.</param>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default) => await StopAsync().ConfigureAwait(false);

    /// <summary>The last call, behind all connections: what they have left in the memory pool goes with it.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync().ConfigureAwait(false);
        }
        finally
        {
            services.MemoryPool.Dispose();
        }
    }

    private Task StopAsync()
    {
        lock (_gate)
        {
            // Kestrel unbinds and then disposes; a transport's listener is disposed once.
            return _stopped ??= listener.DisposeAsync().AsTask();
        }
    }
}
