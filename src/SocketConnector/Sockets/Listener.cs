using System.Net;
using System.Net.Sockets;
using SocketConnector.Diagnostics;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>Listens on one side, and accepts until it is disposed. Hands each socket on, and owns none of them.</summary>
internal sealed class Listener : IDisposable
{
    private static readonly TimeSpan _firstBackOff = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _longestBackOff = TimeSpan.FromSeconds(1);

    // Close to a limit, trouble comes and goes many times a second; that is one burst, told once.
    private static readonly TimeSpan _sameBurst = TimeSpan.FromSeconds(10);

    private readonly Acceptor _acceptor;
    private readonly Side _side;
    private readonly Observer _observer;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _disposed = new();
    private int _isDisposed;
    private long _lastFailure;
    private bool _hasTold;

    private Listener(Acceptor acceptor, EndPoint endPoint, Side side, Observer observer, TimeProvider time) =>
        (_acceptor, EndPoint, _side, _observer, _time) = (acceptor, endPoint, side, observer, time);

    /// <summary>Where it listens, with the port that the system chose.</summary>
    public EndPoint EndPoint { get; }

    public bool IsOpen => Volatile.Read(ref _isDisposed) == 0;

    /// <exception cref="SocketException">The address cannot be listened on; the message names it.</exception>
    public static async Task<Listener> BindAsync(Side side, ListenOptions options, Observer observer, LoopGroup? loops, ConnectorOptions connector, CancellationToken cancellationToken)
    {
        Socket? socket = null;
        try
        {
            EndPoint endPoint = await ResolveAsync(options.EndPoint, cancellationToken).ConfigureAwait(false);
            socket = StreamSockets.For(endPoint);
            if (endPoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endPoint);
            if (loops is not null)
            {
                // Before it listens: every socket that it accepts has these then.
                SocketSettings.Apply(socket, connector.KeepAlive);
            }

            socket.Listen(options.Backlog);
            Acceptor acceptor = loops is null ? new RuntimeAcceptor(socket) : new DescriptorAcceptor(socket, loops, Origin(socket), isInline: !observer.IsTelling);
            var listener = new Listener(acceptor, socket.LocalEndPoint!, side, observer, connector.TimeProvider);
            observer.Log.Listening(side, EndPointText.Of(listener.EndPoint));
            return listener;
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            throw SocketFailure.At("Cannot listen on", options.EndPoint, error);
        }
    }

    /// <summary>Accepts until disposed.</summary>
    /// <param name="accepted">Owns what it is given; must neither throw nor be slow.</param>
    /// <param name="toCome">How many sockets may yet be dialled for those that were accepted.</param>
    public async Task RunAsync(Action<StreamSocket> accepted, Func<int> toCome)
    {
        int failures = 0;
        while (IsOpen)
        {
            StreamSocket socket;
            try
            {
                socket = await _acceptor.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (SocketFailure.Is(error))
            {
                if (!IsOpen || error is ObjectDisposedException)
                {
                    return;
                }

                if (error is SocketException { SocketErrorCode: SocketError.ConnectionAborted or SocketError.ConnectionReset })
                {
                    // The client left before it was accepted (accept(2), ECONNABORTED).
                    continue;
                }

                await BackOffAsync(failures++, error).ConfigureAwait(false);
                continue;
            }

            if (!DescriptorReserve.AllowsAccepted(toCome()))
            {
                failures += await AwaitDescriptorsAsync(failures, toCome).ConfigureAwait(false);
            }
            else if (failures > 0)
            {
                TellRecovery(failures);
                failures = 0;
            }

            accepted(socket);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _disposed.Cancel();
            _acceptor.Dispose();
            _observer.Log.StoppedListening(_side, EndPointText.Of(EndPoint));
        }
    }

    private static DescriptorOrigin Origin(Socket listening)
    {
        bool isOneAddress = listening.LocalEndPoint is IPEndPoint { Address: var address } && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any);
        return new DescriptorOrigin(listening.ProtocolType == ProtocolType.Tcp, IsConfigured: true, isOneAddress ? CompactEndPoint.Of(listening.LocalEndPoint) : default);
    }

    private void TellRecovery(int failures)
    {
        if (_hasTold)
        {
            _hasTold = false;
            _observer.Log.AcceptRecovered(_side, EndPointText.Of(EndPoint), failures);
        }
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

    /// <summary>Waits, with the last socket accepted, until others have given up theirs.</summary>
    private async Task<int> AwaitDescriptorsAsync(int earlierFailures, Func<int> toCome)
    {
        int failures = 0;
        do
        {
            await BackOffAsync(earlierFailures + failures++, new SocketException((int)SocketError.TooManyOpenSockets)).ConfigureAwait(false);
        }
        while (IsOpen && !DescriptorReserve.AllowsAccepted(toCome()));
        return failures;
    }

    /// <summary>Out of descriptors or memory: waits for some to come back, and says so once for each burst.</summary>
    private async Task BackOffAsync(int earlierFailures, Exception error)
    {
        await OffLoop.Async();
        bool isNewBurst = _lastFailure == 0 || _time.GetElapsedTime(_lastFailure) > _sameBurst;
        _lastFailure = _time.GetTimestamp();
        if (isNewBurst)
        {
            _hasTold = true;
            _observer.Log.AcceptFailing(_side, EndPointText.Of(EndPoint), error is SocketException failed ? SocketFailure.Reason(failed) : error.Message);
        }

        TimeSpan wait = _firstBackOff * Math.Pow(2, Math.Min(earlierFailures, 10));
        try
        {
            await Task.Delay(wait < _longestBackOff ? wait : _longestBackOff, _time, _disposed.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!IsOpen)
        {
            // Disposed while it waited; the loop sees it.
        }
    }
}
