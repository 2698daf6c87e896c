using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace SocketConnector.Rendezvous.AspNetCore;

/// <summary>Binds sessions at relays, and leaves every other end point to the other transports.</summary>
/// <param name="loggerFactory">The application's.</param>
/// <param name="memoryPools">Kestrel's pool of blocks; the shared one where there is none.</param>
internal sealed class RendezvousTransportFactory(ILoggerFactory loggerFactory, IMemoryPoolFactory<byte>? memoryPools = null) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => endpoint is RendezvousEndPoint;

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        if (endpoint is not RendezvousEndPoint session)
        {
            throw new NotSupportedException($"{endpoint} is no session at a relay");
        }

        // The application's own code comes first: where it throws, nothing waits at the relay yet.
        ILogger log = loggerFactory.CreateLogger<RendezvousConnection>();
        MemoryPool<byte> memoryPool = memoryPools?.Create() ?? MemoryPool<byte>.Shared;
        try
        {
            TransportListener listener = await session.ListenAsync(cancellationToken).ConfigureAwait(false);
            return new RendezvousConnectionListener(session, listener, new ConnectionServices(memoryPool, log, session.TimeProvider));
        }
        catch
        {
            memoryPool.Dispose();
            throw;
        }
    }
}
