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
    /// <param name="from">The loop to wait with, where there are any, and the address to connect from.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SocketException">It failed; the message does not name the end point.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<ByteStream> ConnectAsync(EndPoint endPoint, (EventLoop? Home, IPAddress? Source) from, CancellationToken cancellationToken) => endPoint switch
    {
        TransportEndPoint transport => TransportCode.ConnectAsync(transport, cancellationToken),
        UnixDomainSocketEndPoint unix => ConnectToUnixAsync(unix, from.Home, cancellationToken),
        _ => ConnectOnceAsync(endPoint, from, cancellationToken),
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

    private async Task<ByteStream> ConnectToUnixAsync(UnixDomainSocketEndPoint endPoint, EventLoop? home, CancellationToken cancellationToken)
    {
        for (TimeSpan rest = _firstRest; ; rest = rest * 2 > _longestRest ? _longestRest : rest * 2)
        {
            try
            {
                return await ConnectOnceAsync(endPoint, (home, null), cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
            {
                await Task.Delay(rest, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private Task<ByteStream> ConnectOnceAsync(EndPoint endPoint, (EventLoop? Home, IPAddress? Source) from, CancellationToken cancellationToken)
    {
        DescriptorReserve.Demand();
        return loops is not null && endPoint is (IPEndPoint or UnixDomainSocketEndPoint)
            ? DescriptorConnect.Start(endPoint, from.Home ?? loops.Pick(), from.Source).FinishAsync(cancellationToken)
            : ConnectByRuntimeAsync(endPoint, from.Source, cancellationToken);
    }

    private async Task<ByteStream> ConnectByRuntimeAsync(EndPoint endPoint, IPAddress? source, CancellationToken cancellationToken)
    {
        Socket socket = Open(endPoint);
        try
        {
            if (source is not null && endPoint is IPEndPoint)
            {
                SourceAddress.Bind(socket, source);
            }

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
