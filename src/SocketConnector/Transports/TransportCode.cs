using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>The one place where a user's transport runs. It may throw what it likes, block, or ignore its token.</summary>
internal static class TransportCode
{
    /// <param name="code">Runs on the thread pool.</param>
    /// <param name="late">Gets what comes of it after it was left behind.</param>
    /// <param name="cancellationToken">Leaves it behind.</param>
    /// <exception cref="SocketException">It threw, or brought nothing.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> code, Func<T, ValueTask> late, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var users = new UserToken(cancellationToken);
        CancellationToken token = users.Token;
        Task<T> running = Task.Run(() => code(token).AsTask(), CancellationToken.None);
        try
        {
            return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            _ = LeaveAsync(running, late);
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception error)
        {
            throw StreamFailure.Of(error);
        }
    }

    /// <summary>Connects, and owns what it gets until it is returned.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static async Task<ByteStream> ConnectAsync(TransportEndPoint endPoint, CancellationToken cancellationToken)
    {
        DuplexStream? connected = await RunAsync(endPoint.ConnectAsync, DropAsync, cancellationToken).ConfigureAwait(false);
        return connected is null
            ? throw new ExplainedSocketException(SocketError.NotConnected, "it brought no stream")
            : new WrappedStream(connected, endPoint);
    }

    public static ValueTask DropAsync(DuplexStream? stream)
    {
        if (stream is not null)
        {
            new WrappedStream(stream).Reset();
        }

        return default;
    }

    private static async Task LeaveAsync<T>(Task<T> running, Func<T, ValueTask> late)
    {
        try
        {
            await late(await running.ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It was given up already, and that was told.
        }
    }
}
