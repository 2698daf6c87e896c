using System.Net;
using System.Net.Sockets;
using SocketConnector.Diagnostics;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>Listens on one side, and accepts until it is disposed. Hands each socket on, and owns none of them.</summary>
internal sealed class Listener : IDisposable
{
    private Socket? _listening;
    private UnixSocketFile? _file;
    private readonly IReadOnlyList<Acceptor> _acceptors;
    private readonly Side _side;
    private readonly Observer _observer;
    private readonly CancellationTokenSource _disposed = new();
    private int _isDisposed;

    private Listener(EndPoint endPoint, IReadOnlyList<Acceptor> acceptors, Side side, ListenOptions options, Observer observer, TimeProvider time)
    {
        (EndPoint, _acceptors, _side, _observer) = (endPoint, acceptors, side, observer);
        var trouble = new AcceptTrouble(side, EndPointText.Of(EndPoint), observer, time, _disposed.Token);
        AcceptLoops = [.. acceptors.Select(acceptor => new AcceptLoop(acceptor, trouble, options, time))];
    }

    /// <summary>Where it listens, with the port that the system chose.</summary>
    public EndPoint EndPoint { get; }

    public bool IsOpen => Volatile.Read(ref _isDisposed) == 0;

    /// <param name="side">The side.</param>
    /// <param name="options">Where to listen.</param>
    /// <param name="isOrdered">Whether the order of arrival matters, so that one at a time is accepted; otherwise every loop accepts.</param>
    /// <param name="observer">Told of everything.</param>
    /// <param name="loops">The loops that accept; with none, the runtime does.</param>
    /// <param name="connector">The connector's options.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">The address cannot be listened on; the message names it.</exception>
    public static async Task<Listener> BindAsync(
        Side side, ListenOptions options, bool isOrdered, Observer observer, LoopGroup? loops, ConnectorOptions connector, CancellationToken cancellationToken)
    {
        if (options.EndPoint is TransportEndPoint transport)
        {
            return await BindAsync(side, options, transport, observer, connector.TimeProvider, cancellationToken).ConfigureAwait(false);
        }

        Socket? socket = null;
        Listener listener;
        UnixSocketFile? file = null;
        try
        {
            EndPoint endPoint = await ResolveAsync(options.EndPoint, cancellationToken).ConfigureAwait(false);
            if (endPoint is UnixDomainSocketEndPoint unix && UnixSocketFile.IsFor(unix))
            {
                (socket, file) = await UnixSocketFile.BindAsync(unix, options, connector.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                socket = ByteStreams.For(endPoint);
                if (endPoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
                {
                    socket.DualMode = true;
                }

                socket.Bind(endPoint);
            }

            if (loops is not null)
            {
                // Before it listens: every socket that it accepts has these then.
                SocketSettings.Apply(socket, connector.KeepAlive);
            }

            socket.Listen(options.Backlog);
            DescriptorOrigin origin = Origin(socket);
            Acceptor[] acceptors = loops is null
                ? [(Acceptor?)UnixAcceptor.TryMake(socket) ?? new RuntimeAcceptor(socket)]
                : [.. (isOrdered || options.AcceptLimit is not null ? [loops.Pick()] : loops.All).Select(loop => new DescriptorAcceptor(socket, loops, loop, origin, isInline: !observer.IsTelling))];
            listener = new Listener(socket.LocalEndPoint!, acceptors, side, options, observer, connector.TimeProvider) { _listening = socket, _file = file };
        }
        catch (Exception error)
        {
            file?.Remove();
            socket?.Dispose();
            if (error is SocketException failure)
            {
                throw SocketFailure.At("Cannot listen on", options.EndPoint, failure);
            }

            throw;
        }

        RuntimeThreads.Start();

        // Last, when nearly everything is loaded that the relay needs.
        if (DescriptorReserve.Shortage() is { } shortage)
        {
            listener.Dispose();
            throw new SocketException((int)SocketError.TooManyOpenSockets, $"Cannot listen on {EndPointText.Of(options.EndPoint)}: {shortage}");
        }

        observer.Log.Listening(side, EndPointText.Of(listener.EndPoint));
        return listener;
    }

    /// <summary>One where the order matters, otherwise as many as may accept at once.</summary>
    public IReadOnlyList<AcceptLoop> AcceptLoops { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _disposed.Cancel();
            foreach (Acceptor acceptor in _acceptors)
            {
                acceptor.Stop();
            }

            _file?.Remove();
            _listening?.Dispose();
            _observer.Log.StoppedListening(_side, EndPointText.Of(EndPoint));
        }
    }

    private static async Task<Listener> BindAsync(
        Side side, ListenOptions options, TransportEndPoint endPoint, Observer observer, TimeProvider time, CancellationToken cancellationToken)
    {
        (TransportAcceptor acceptor, EndPoint bound) = await TransportAcceptor.ListenAsync(endPoint, time, cancellationToken).ConfigureAwait(false);
        var listener = new Listener(bound, [acceptor], side, options, observer, time);
        acceptor.Ended += listener.Dispose;
        observer.Log.Listening(side, EndPointText.Of(bound));
        return listener;
    }

    private static DescriptorOrigin Origin(Socket listening)
    {
        bool isOneAddress = listening.LocalEndPoint is IPEndPoint { Address: var address } && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
        return new DescriptorOrigin(listening.ProtocolType == ProtocolType.Tcp, IsConfigured: true, isOneAddress ? CompactEndPoint.Of(listening.LocalEndPoint) : default);
    }

    private static async Task<EndPoint> ResolveAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        if (endPoint is not DnsEndPoint dns)
        {
            return endPoint;
        }

        IPAddress[] addresses = await Dns.GetHostAddressesAsync(dns.Host, dns.AddressFamily, cancellationToken).ConfigureAwait(false);
        return addresses is [IPAddress first, ..] ? new IPEndPoint(first, dns.Port) : throw new SocketException((int)SocketError.HostNotFound);
    }
}
