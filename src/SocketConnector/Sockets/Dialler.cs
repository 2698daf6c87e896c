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
        Socket socket = StreamSockets.For(endPoint);
        try
        {
            await socket.ConnectAsync(endPoint, either.Token).ConfigureAwait(false);
            return socket;
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw SocketFailure.At("Cannot connect to", endPoint, error);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw SocketFailure.At("Cannot connect to", endPoint, new SocketException((int)SocketError.TimedOut));
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
