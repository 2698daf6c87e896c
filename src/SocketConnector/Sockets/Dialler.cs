using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Sockets;

/// <summary>Connects out, under a deadline.</summary>
internal sealed class Dialler(TimeSpan timeout, TimeProvider time)
{
    /// <exception cref="SocketException">Refused, unreachable, unknown or too slow (<see cref="SocketError.TimedOut"/>); the message names the end point.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<Socket> ConnectAsync(EndPoint endPoint, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        Socket? socket = null;
        try
        {
            DescriptorReserve.Demand();
            socket = StreamSockets.For(endPoint);
            await socket.ConnectAsync(endPoint, either.Token).ConfigureAwait(false);
            return socket;
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            throw SocketFailure.At("Cannot connect to", endPoint, error);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            socket?.Dispose();
            throw SocketFailure.At("Cannot connect to", endPoint, new SocketException((int)SocketError.TimedOut));
        }
        catch
        {
            socket?.Dispose();
            throw;
        }
    }

    /// <summary>Connects to two end points at once.</summary>
    /// <exception cref="SocketException">One of them could not be connected to; neither is left open.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; neither is left open.</exception>
    public async Task<(Socket A, Socket B)> ConnectBothAsync(EndPoint endPointA, EndPoint endPointB, CancellationToken cancellationToken)
    {
        Task<Socket> a = ConnectAsync(endPointA, cancellationToken);
        Task<Socket> b = ConnectAsync(endPointB, cancellationToken);
        try
        {
            return (await a.ConfigureAwait(false), await b.ConfigureAwait(false));
        }
        catch
        {
            foreach (Task<Socket> connecting in (Task<Socket>[])[a, b])
            {
                await ((Task)connecting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (connecting.IsCompletedSuccessfully)
                {
                    (await connecting.ConfigureAwait(false)).Dispose();
                }
            }

            throw;
        }
    }
}
