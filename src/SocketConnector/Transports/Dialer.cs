using System.Net;
using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>Connects out, under a deadline.</summary>
/// <param name="timeout">For each connect, name resolution included.</param>
/// <param name="time">The clock.</param>
/// <param name="loops">Where to wait; with none, the runtime does.</param>
internal sealed class Dialer(TimeSpan timeout, TimeProvider time, LoopGroup? loops)
{
    /// <summary>Begins to connect on behalf of a peer, near it where that is faster.</summary>
    /// <exception cref="SocketException">Refused or unreachable at once; the message names the end point.</exception>
    public ConnectAttempt Begin(EndPoint endPoint, ByteStream peer)
    {
        if (loops is null || peer is not DescriptorSocket { Home: var home } || endPoint is not IPEndPoint address)
        {
            return new ConnectAttempt(this, endPoint, null);
        }

        try
        {
            DescriptorReserve.Demand();
            return new ConnectAttempt(this, endPoint, DescriptorConnect.Start(address, home));
        }
        catch (SocketException error)
        {
            throw SocketFailure.At("Cannot connect to", endPoint, error);
        }
    }

    /// <exception cref="SocketException">Refused, unreachable, unknown or too slow (<see cref="SocketError.TimedOut"/>); the message names the end point.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<ByteStream> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken) => ConnectAsync(endPoint, null, cancellationToken);

    /// <summary>Goes on with what was begun, if it was.</summary>
    /// <inheritdoc cref="ConnectAsync(EndPoint, CancellationToken)"/>
    internal async Task<ByteStream> ConnectAsync(EndPoint endPoint, DescriptorConnect? begun, CancellationToken cancellationToken)
    {
        ByteStream? socket = begun?.Socket;
        try
        {
            using var deadline = new CancellationTokenSource(timeout, time);
            return socket = await ConnectAsync(endPoint, begun, deadline.Token, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            socket?.Close();
            throw;
        }
    }

    private async Task<ByteStream> ConnectAsync(EndPoint endPoint, DescriptorConnect? begun, CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, cancellationToken);
        try
        {
            if (begun is { } connecting)
            {
                return await connecting.FinishAsync(either.Token).ConfigureAwait(false);
            }

            if (endPoint is TransportEndPoint transport)
            {
                return await TransportCode.ConnectAsync(transport, either.Token).ConfigureAwait(false);
            }

            DescriptorReserve.Demand();
            return loops is null || endPoint is UnixDomainSocketEndPoint
                ? await ConnectByRuntimeAsync(endPoint, either.Token).ConfigureAwait(false)
                : await ConnectByLoopsAsync(endPoint, loops, either.Token).ConfigureAwait(false);
        }
        catch (SocketException error)
        {
            throw SocketFailure.At("Cannot connect to", endPoint, error);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw SocketFailure.At("Cannot connect to", endPoint, new SocketException((int)SocketError.TimedOut));
        }
    }

    /// <summary>Connects to two end points at once.</summary>
    /// <exception cref="SocketException">One of them could not be connected to; neither is left open.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; neither is left open.</exception>
    public async Task<(ByteStream A, ByteStream B)> ConnectBothAsync(EndPoint endPointA, EndPoint endPointB, CancellationToken cancellationToken)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ByteStream> a = ConnectAsync(endPointA, both.Token);
        Task<ByteStream> b = ConnectAsync(endPointB, both.Token);
        try
        {
            // The first failure is the reason, whichever side it is on, and the other is not waited for.
            await (await Task.WhenAny(a, b).ConfigureAwait(false)).ConfigureAwait(false);
            return (await a.ConfigureAwait(false), await b.ConfigureAwait(false));
        }
        catch
        {
            await both.CancelAsync().ConfigureAwait(false);
            foreach (Task<ByteStream> connecting in (Task<ByteStream>[])[a, b])
            {
                await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (connecting.IsCompletedSuccessfully)
                {
                    (await connecting.ConfigureAwait(false)).Close();
                }
            }

            throw;
        }
    }

    private static async Task<ByteStream> ConnectByLoopsAsync(EndPoint endPoint, LoopGroup loops, CancellationToken cancellationToken)
    {
        IPEndPoint[] candidates = endPoint is DnsEndPoint dns
            ? [.. (await Dns.GetHostAddressesAsync(dns.Host, dns.AddressFamily, cancellationToken).ConfigureAwait(false)).Select(address => new IPEndPoint(address, dns.Port))]
            : [(IPEndPoint)endPoint];
        var failure = new SocketException((int)SocketError.HostNotFound);
        foreach (IPEndPoint candidate in candidates)
        {
            try
            {
                return await DescriptorConnect.Start(candidate, loops.Pick()).FinishAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException error)
            {
                // A name may have addresses that cannot be reached from here.
                failure = error;
            }
        }

        throw failure;
    }

    private static Socket Open(EndPoint endPoint)
    {
        try
        {
            return ByteStreams.For(endPoint);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            DescriptorReserve.RanOut();
            throw;
        }
    }

    private async Task<ByteStream> ConnectByRuntimeAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        Socket socket = Open(endPoint);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return ByteStreams.Of(socket, loops);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
