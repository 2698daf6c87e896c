using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>Accepts with one acceptor until its listener is disposed, whatever a client, the system, the runtime or a user's clock does.</summary>
/// <param name="acceptor">Takes the next socket.</param>
/// <param name="trouble">Shared by the loops of a listener.</param>
/// <param name="target">Where the sockets go.</param>
internal sealed class AcceptLoop(Acceptor acceptor, AcceptTrouble trouble, AcceptTarget target)
{
    private int _failures;

    public async Task RunAsync()
    {
        while (!trouble.IsOver)
        {
            try
            {
                await AcceptOneAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (trouble.IsOver && SocketFailure.Is(error))
            {
                // The listener was disposed, and its socket closed, while this waited.
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // The client left before it was accepted (accept(2), ECONNABORTED).
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.TooManyOpenSockets)
            {
                await trouble.WaitForDescriptorsAsync(DescriptorReserve.ChangeAsync(), _failures++).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                await trouble.WaitAsync(error, _failures++).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask AcceptOneAsync()
    {
        ByteStream socket = await acceptor.AcceptAsync().ConfigureAwait(false);
        bool isHandedOn = false;
        try
        {
            if (target.Places is { } places)
            {
                await places.WaitForOneAsync().ConfigureAwait(false);
                if (trouble.IsOver)
                {
                    return;
                }
            }

            bool isPromised = DescriptorReserve.TryPromise(target.ToCome());
            if (!isPromised)
            {
                isPromised = await AwaitDescriptorsAsync().ConfigureAwait(false);
            }
            else if (_failures > 0)
            {
                trouble.Recovered(_failures);
                _failures = 0;
            }

            try
            {
                target.Accepted(socket);
                isHandedOn = true;
            }
            finally
            {
                if (isPromised)
                {
                    DescriptorReserve.Settle();
                }
            }
        }
        finally
        {
            if (!isHandedOn)
            {
                socket.Reset();
            }
        }
    }

    /// <summary>Waits, with the last socket accepted, until others have given up theirs.</summary>
    /// <returns>Whether there are some; otherwise the listener is disposed.</returns>
    private async Task<bool> AwaitDescriptorsAsync()
    {
        while (!trouble.IsOver)
        {
            Task change = DescriptorReserve.ChangeAsync();
            if (DescriptorReserve.TryPromise(target.ToCome()))
            {
                return true;
            }

            await trouble.WaitForDescriptorsAsync(change, _failures++).ConfigureAwait(false);
        }

        return false;
    }
}
