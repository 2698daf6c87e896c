using System.Net;
using System.Net.Sockets;
using SocketConnector.Diagnostics;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>How a connector gets its byte streams: on event loops of Linux where it may and can, otherwise with the runtime's sockets.</summary>
internal sealed class Transport
{
    private readonly LoopGroup? _loops;
    private readonly ConnectorOptions _options;
    private readonly Observer _observer;

    /// <param name="options">The connector's.</param>
    /// <param name="observer">Hears when there are no loops.</param>
    /// <param name="resolver">Looks names up; with none, the runtime does.</param>
    /// <param name="veto">Asked before each connect to an address; with none, all are connected to.</param>
    public Transport(ConnectorOptions options, Observer observer, NameResolver? resolver = null, AddressVeto? veto = null)
    {
        (_options, _observer) = (options, observer);
        _loops = options.Engine == EngineChoice.Portable ? null : LoopGroup.Shared;
        if (_loops is null && options.Engine == EngineChoice.Auto)
        {
            observer.Log.Portable(LoopGroup.Refusal ?? "there is no other here");
        }

        Dialer = new Dialer(options.ConnectTimeout, options.TimeProvider, _loops, resolver, veto) { Observer = observer };
    }

    public Dialer Dialer { get; }

    /// <summary>Listens on each end point of a side, in the order given.</summary>
    /// <param name="side">The side.</param>
    /// <param name="listen">Where to listen.</param>
    /// <param name="isOrdered">Whether the order of arrival matters, so that one at a time is accepted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A listener for each.</returns>
    /// <exception cref="SocketException">One of them cannot be listened on; the message names it, and the others are closed again.</exception>
    public async Task<IReadOnlyList<Listener>> ListenAsync(Side side, ListenOptions listen, bool isOrdered, CancellationToken cancellationToken)
    {
        ListenContext context = new ListenContext(side, listen, _options, _observer).On(_loops, isOrdered);
        var listeners = new List<Listener>(listen.EndPoints.Count);
        try
        {
            foreach (EndPoint endPoint in listen.EndPoints)
            {
                listeners.Add(await Listener.BindAsync(endPoint, context, cancellationToken).ConfigureAwait(false));
            }

            return listeners;
        }
        catch
        {
            listeners.ForEach(listener => listener.Dispose());
            await Task.WhenAll(listeners.Select(listener => listener.ClosedAsync())).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes a user's socket over, whatever comes of it.</summary>
    public ByteStream TakeOver(Socket socket)
    {
        try
        {
            return ByteStreams.Of(socket, _loops);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
