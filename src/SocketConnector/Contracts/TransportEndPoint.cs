using System.Net;

namespace SocketConnector;

/// <summary>
/// Where a side listens or connects to by other means than a socket. Derive from it to bring a transport of your own; its
/// <see cref="object.ToString"/> names it in messages and statistics.
/// </summary>
/// <remarks>Whatever it throws costs one accept or one connect. It runs on the thread pool, and is left behind where it ignores its token.</remarks>
public abstract class TransportEndPoint : EndPoint
{
    /// <summary>Begins to listen here.</summary>
    /// <param name="cancellationToken">Cancelled when the start is given up.</param>
    /// <returns>What accepts. It is disposed when the side stops listening.</returns>
    /// <exception cref="NotSupportedException">It can only be connected to, which is so unless this is overridden.</exception>
    public virtual ValueTask<TransportListener> ListenAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException("it can be connected to, and not listened on");

    /// <summary>Connects to here.</summary>
    /// <param name="cancellationToken">Cancelled when it takes longer than <see cref="ConnectorOptions.ConnectTimeout"/>, or is no longer needed.</param>
    /// <returns>The connected stream, which belongs to the connector.</returns>
    /// <exception cref="NotSupportedException">It can only be listened on, which is so unless this is overridden.</exception>
    public virtual ValueTask<DuplexStream> ConnectAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException("it can be listened on, and not connected to");
}
