using System.Net;
using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>With the listener of a user's transport, which belongs to this one.</summary>
internal sealed class TransportAcceptor(TransportListener listener, TimeProvider time) : Acceptor
{
    /// <summary>How long a listener may take to close before the side has stopped without it.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised when no stream will come any more; has to stop it.</summary>
    public event Action? Ended;

    /// <summary>Begins to listen.</summary>
    /// <returns>What accepts, and where.</returns>
    /// <exception cref="SocketException">It cannot be listened on; the message names it.</exception>
    public static async Task<(TransportAcceptor Acceptor, EndPoint EndPoint)> ListenAsync(TransportEndPoint endPoint, TimeProvider time, CancellationToken cancellationToken)
    {
        TransportListener? listener = null;
        try
        {
            listener = await TransportCode.RunAsync(endPoint.ListenAsync, static late => late.DisposeAsync(), cancellationToken).ConfigureAwait(false);
            return listener is null
                ? throw new ExplainedSocketException(SocketError.NotConnected, "it brought no listener")
                : (new TransportAcceptor(listener, time), listener.EndPoint ?? endPoint);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            if (listener is not null)
            {
                new TransportAcceptor(listener, time).Stop();
            }

            throw SocketFailure.At("Cannot listen on", endPoint, error as SocketException ?? StreamFailure.Of(error));
        }
    }

    public override async ValueTask<ByteStream> AcceptAsync()
    {
        try
        {
            if (await TransportCode.RunAsync(listener.AcceptAsync, TransportCode.DropAsync, _stop.Token).ConfigureAwait(false) is { } accepted)
            {
                return new WrappedStream(accepted);
            }

            Ended?.Invoke();
        }
        catch (OperationCanceledException)
        {
            // It was stopped.
        }
        catch (SocketException error) when (error.SocketErrorCode != SocketError.TooManyOpenSockets)
        {
            // A reset here is not one client's, which the next accept leaves behind, but the transport's own.
            throw new ExplainedSocketException(SocketError.SocketError, SocketFailure.Reason(error));
        }

        await ClosedAsync().ConfigureAwait(false);
        throw new ObjectDisposedException(typeof(Socket).FullName);
    }

    public override void Stop()
    {
        _stop.Cancel();
        _ = CloseAsync();
    }

    public override async Task ClosedAsync() =>
        await _closed.Task.WaitAsync(_patience, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async Task CloseAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await listener.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The side has stopped listening all the same.
        }

        _closed.SetResult();
    }
}
