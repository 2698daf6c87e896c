using System.Net;
using System.Net.Sockets;
using SocketConnector.Diagnostics;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>Listens on one end point of a side, and accepts until it is disposed. Hands each socket on, and owns none of them.</summary>
internal sealed class Listener : IDisposable
{
    private Socket? _listening;
    private UnixSocketFile? _file;
    private readonly IReadOnlyList<Acceptor> _acceptors;
    private readonly Side _side;
    private readonly Observer _observer;
    private readonly AcceptTrouble _trouble;
    private readonly CancellationTokenSource _disposed = new();
    private int _isDisposed;

    private Listener(EndPoint endPoint, IReadOnlyList<Acceptor> acceptors, ListenContext context)
    {
        (EndPoint, _acceptors, _side, _observer) = (endPoint, acceptors, context.Side, context.Observer);
        TimeProvider time = context.Connector.TimeProvider;
        _trouble = new AcceptTrouble(_side, EndPointText.Of(EndPoint), _observer, time, _disposed.Token);
        AcceptLoops = [.. acceptors.Select(acceptor => new AcceptLoop(acceptor, _trouble, context.Options, time))];
    }

    /// <summary>Where it listens, with the port that the system chose.</summary>
    public EndPoint EndPoint { get; }

    /// <summary>Whether it cannot accept now.</summary>
    public bool IsStarving => IsOpen && _trouble.IsNow;

    public bool IsOpen => Volatile.Read(ref _isDisposed) == 0;

    /// <param name="at">Where to listen.</param>
    /// <param name="context">What it shares with the other listeners of its side.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">The address cannot be listened on; the message names it.</exception>
    public static async Task<Listener> BindAsync(EndPoint at, ListenContext context, CancellationToken cancellationToken)
    {
        if (at is TransportEndPoint transport)
        {
            return await BindAsync(transport, context, cancellationToken).ConfigureAwait(false);
        }

        Socket? socket = null;
        Listener listener;
        UnixSocketFile? file = null;
        try
        {
            EndPoint endPoint = await ResolveAsync(at, cancellationToken).ConfigureAwait(false);
            if (endPoint is UnixDomainSocketEndPoint unix && !OperatingSystem.IsWindows() && !UnixName.IsAbstract(unix))
            {
                (socket, file) = await UnixSocketFile.BindAsync(unix, UnixAccess.Of(context.Options), context.Connector.TimeProvider, cancellationToken).ConfigureAwait(false);
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

            if (context.Loops is not null)
            {
                // Before it listens: every socket that it accepts has these then.
                SocketSettings.Apply(socket, context.Connector.KeepAlive, context.Options.UserTimeout);
            }

            socket.Listen(context.Options.Backlog);
            DescriptorOrigin origin = Origin(socket);
            Acceptor[] acceptors = context.Loops is { } loops
                ? [.. context.Accepting.Select(loop => new DescriptorAcceptor(socket, loops, loop, origin, isInline: !context.Observer.IsTelling))]
                : [(Acceptor?)UnixAcceptor.TryMake(socket) ?? new RuntimeAcceptor(socket)];
            listener = new Listener(socket.LocalEndPoint!, acceptors, context) { _listening = socket, _file = file };
        }
        catch (Exception error)
        {
            file?.Remove();
            socket?.Dispose();
            if (error is SocketException failure)
            {
                throw SocketFailure.At("Cannot listen on", at, failure);
            }

            throw;
        }

        RuntimeThreads.Start();

        // Last, when nearly everything is loaded that the relay needs.
        if (DescriptorReserve.Shortage() is { } shortage)
        {
            listener.Dispose();
            throw new SocketException((int)SocketError.TooManyOpenSockets, $"Cannot listen on {EndPointText.Of(at)}: {shortage}");
        }

        context.Observer.Log.Listening(context.Side, EndPointText.Of(listener.EndPoint));
        return listener;
    }

    /// <summary>One where the order matters, otherwise as many as may accept at once.</summary>
    public IReadOnlyList<AcceptLoop> AcceptLoops { get; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            try
            {
                _disposed.Cancel();
                foreach (Acceptor acceptor in _acceptors)
                {
                    acceptor.Stop();
                }

                _file?.Remove();
            }
            finally
            {
                _listening?.Dispose();
            }

            _observer.Log.StoppedListening(_side, EndPointText.Of(EndPoint));
        }
    }

    /// <summary>Finishes, and never fails, once it was disposed and everything of it is closed.</summary>
    public Task ClosedAsync() => Task.WhenAll(_acceptors.Select(acceptor => acceptor.ClosedAsync()));

    private static async Task<Listener> BindAsync(TransportEndPoint at, ListenContext context, CancellationToken cancellationToken)
    {
        (TransportAcceptor acceptor, EndPoint bound) = await TransportAcceptor.ListenAsync(at, context.Connector.TimeProvider, cancellationToken).ConfigureAwait(false);
        var listener = new Listener(bound, [acceptor], context);
        acceptor.Ended += listener.Dispose;
        context.Observer.Log.Listening(context.Side, EndPointText.Of(bound));
        return listener;
    }

    private static DescriptorOrigin Origin(Socket listening)
    {
        bool isOneAddress = listening.LocalEndPoint is IPEndPoint { Address: var address } && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
        return new DescriptorOrigin(listening.ProtocolType == ProtocolType.Tcp, DescriptorSource.Accepted, isOneAddress ? CompactEndPoint.Of(listening.LocalEndPoint) : default);
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
