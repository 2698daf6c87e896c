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

    private readonly Socket _listening;
    private readonly UnixSocketFile? _file;
    private readonly IReadOnlyList<Acceptor> _acceptors;
    private readonly Side _side;
    private readonly Observer _observer;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _disposed = new();
    private int _isDisposed;
    private long _lastFailure;
    private int _hasTold;

    private Listener(Socket listening, UnixSocketFile? file, IReadOnlyList<Acceptor> acceptors, Side side, Observer observer, TimeProvider time) =>
        (_listening, _file, _acceptors, EndPoint, _side, _observer, _time) = (listening, file, acceptors, listening.LocalEndPoint!, side, observer, time);

    /// <summary>Where it listens, with the port that the system chose.</summary>
    public EndPoint EndPoint { get; }

    public bool IsOpen => Volatile.Read(ref _isDisposed) == 0;

    /// <param name="side">The side.</param>
    /// <param name="options">Where to listen.</param>
    /// <param name="isOrdered">Whether it matters who came first, so that one at a time is accepted; otherwise every loop accepts.</param>
    /// <param name="observer">Told of everything.</param>
    /// <param name="loops">Who accepts; with none, the runtime does.</param>
    /// <param name="connector">The connector's options.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">The address cannot be listened on; the message names it.</exception>
    public static async Task<Listener> BindAsync(
        Side side, ListenOptions options, bool isOrdered, Observer observer, LoopGroup? loops, ConnectorOptions connector, CancellationToken cancellationToken)
    {
        Socket? socket = null;
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
                socket = StreamSockets.For(endPoint);
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
                ? [new RuntimeAcceptor(socket)]
                : [.. (isOrdered ? [loops.Pick()] : loops.All).Select(loop => new DescriptorAcceptor(socket, loops, loop, origin, isInline: !observer.IsTelling))];
            var listener = new Listener(socket, file, acceptors, side, observer, connector.TimeProvider);
            observer.Log.Listening(side, EndPointText.Of(listener.EndPoint));
            return listener;
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
    }

    /// <summary>Accepts until disposed.</summary>
    /// <param name="accepted">Owns what it is given; must neither throw nor be slow. Called by several threads at once, unless the order matters.</param>
    /// <param name="toCome">How many sockets may yet be dialled for those that were accepted.</param>
    public Task RunAsync(Action<StreamSocket> accepted, Func<int> toCome) =>
        Task.WhenAll(_acceptors.Select(acceptor => RunAsync(acceptor, accepted, toCome)));

    private async Task RunAsync(Acceptor acceptor, Action<StreamSocket> accepted, Func<int> toCome)
    {
        int failures = 0;
        while (IsOpen)
        {
            StreamSocket socket;
            try
            {
                socket = await acceptor.AcceptAsync().ConfigureAwait(false);
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
            foreach (Acceptor acceptor in _acceptors)
            {
                acceptor.Stop();
            }

            _file?.Remove();
            _listening.Dispose();
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
        if (Interlocked.Exchange(ref _hasTold, 0) != 0)
        {
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
        long last = Interlocked.Exchange(ref _lastFailure, _time.GetTimestamp());
        if (last == 0 || _time.GetElapsedTime(last) > _sameBurst)
        {
            Interlocked.Exchange(ref _hasTold, 1);
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
