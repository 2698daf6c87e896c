using System.Net;
using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>One attempt to connect to what is no name, without a deadline.</summary>
/// <param name="time">The clock.</param>
/// <param name="loops">Where to wait; with none, the runtime does.</param>
internal sealed class PlainConnect(TimeProvider time, LoopGroup? loops)
{
    // How long a Unix socket with a full backlog is left alone: nothing tells when there is room (unix(7)).
    private static readonly TimeSpan _firstRest = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _longestRest = TimeSpan.FromMilliseconds(100);

    /// <param name="endPoint">An address, or a user's transport.</param>
    /// <param name="origin">What it is made with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">It failed; the message does not name the end point.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<ByteStream> ConnectAsync(EndPoint endPoint, ConnectFrom origin, CancellationToken cancellationToken) => endPoint switch
    {
        TransportEndPoint transport => TransportCode.ConnectAsync(transport, cancellationToken),
        UnixDomainSocketEndPoint unix => ConnectToUnixAsync(unix, origin with { Source = null }, cancellationToken),
        _ => ConnectOnceAsync(endPoint, origin, cancellationToken),
    };

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

    private async Task<ByteStream> ConnectToUnixAsync(UnixDomainSocketEndPoint endPoint, ConnectFrom origin, CancellationToken cancellationToken)
    {
        for (TimeSpan rest = _firstRest; ; rest = rest * 2 > _longestRest ? _longestRest : rest * 2)
        {
            try
            {
                return await ConnectOnceAsync(endPoint, origin, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
            {
                await Task.Delay(rest, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task<ByteStream> ConnectOnceAsync(EndPoint endPoint, ConnectFrom origin, CancellationToken cancellationToken)
    {
        DescriptorReserve.Demand(origin.IsPromised);
        return loops is not null && endPoint is (IPEndPoint or UnixDomainSocketEndPoint)
            ? DescriptorConnect.Start(endPoint, origin.Home ?? loops.Pick(), origin.Source, origin.IsPromised).FinishAsync(cancellationToken)
            : ConnectByRuntimeAsync(endPoint, origin, cancellationToken);
    }

    private async Task<ByteStream> ConnectByRuntimeAsync(EndPoint endPoint, ConnectFrom origin, CancellationToken cancellationToken)
    {
        Socket? socket = null;

        // Before it is open, or a measure that comes in between would take it for another's; the stream counts for itself.
        DescriptorReserve.Take(isPromised: origin.IsPromised);
        try
        {
            socket = Open(endPoint);
            if (origin.Source is { } source && endPoint is IPEndPoint)
            {
                SourceAddress.Bind(socket, source);
            }

            await socket.ConnectAsync(endPoint, cancellationToken).ConfigureAwait(false);
            return ByteStreams.Of(socket, loops, origin.IsPromised);
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
        finally
        {
            DescriptorReserve.GiveBack(isPromised: origin.IsPromised);
        }
    }
}

/// <summary>What a connect is made with.</summary>
/// <param name="Home">The loop to wait with, where there are any.</param>
/// <param name="Source">The address to connect from; none for any.</param>
/// <param name="IsPromised">Whether its descriptor was promised.</param>
internal readonly record struct ConnectFrom(EventLoop? Home = null, IPAddress? Source = null, bool IsPromised = false);
