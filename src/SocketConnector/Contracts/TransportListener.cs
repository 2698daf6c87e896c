using System.Net;

namespace SocketConnector;

/// <summary>Accepts the streams of a <see cref="TransportEndPoint"/>.</summary>
public abstract class TransportListener : IAsyncDisposable
{
    /// <summary>Where it listens, as <see cref="Connector.EndPointsA"/> and <see cref="Connector.EndPointsB"/> tell it.</summary>
    public abstract EndPoint EndPoint { get; }

    /// <summary>Waits for the next stream. Called again only once it has finished.</summary>
    /// <param name="cancellationToken">Cancelled when the side stops listening.</param>
    /// <returns>A connected stream, which belongs to the connector; or <see langword="null"/> when none will come any more: the side stops listening here then.</returns>
    /// <remarks>When it throws, the reason is logged and it is called again, after 10 ms at first and a second at most.</remarks>
    public abstract ValueTask<DuplexStream?> AcceptAsync(CancellationToken cancellationToken);

    /// <summary>Stops listening. Called once.</summary>
    /// <returns>A task that finishes when nothing is left open.</returns>
    public abstract ValueTask DisposeAsync();
}
