using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>Accepts with one acceptor until its listener is disposed, whatever a client, the system, the runtime or a user's clock does.</summary>
/// <param name="acceptor">Takes the next socket.</param>
/// <param name="trouble">Shared by the loops of a listener.</param>
/// <param name="options">The side's.</param>
/// <param name="time">The clock.</param>
internal sealed class AcceptLoop(Acceptor acceptor, AcceptTrouble trouble, SideOptions options, TimeProvider time)
{
    private int _failures;

    /// <summary>The next client. Asked for again once this one is on its way.</summary>
    /// <param name="places">The places under the side's limit, if it has one: while none is free, clients wait.</param>
    /// <returns>The caller's to close; none once the listener is disposed.</returns>
    public async ValueTask<PeerStream?> NextAsync(AcceptLimiter? places)
    {
        while (!trouble.IsOver)
        {
            try
            {
                if (await AcceptOneAsync(places).ConfigureAwait(false) is { } accepted)
                {
                    return accepted;
                }
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

        return null;
    }

    private async ValueTask<PeerStream?> AcceptOneAsync(AcceptLimiter? places)
    {
        ByteStream stream = await acceptor.AcceptAsync().ConfigureAwait(false);
        bool isHandedOn = false;
        try
        {
            if (places is not null)
            {
                await places.WaitForOneAsync().ConfigureAwait(false);
            }

            if (trouble.IsOver)
            {
                return null;
            }

            if (!DescriptorReserve.TryPromise())
            {
                if (!await AwaitDescriptorsAsync().ConfigureAwait(false))
                {
                    return null;
                }
            }
            else if (_failures > 0)
            {
                trouble.Recovered(_failures);
                _failures = 0;
            }

            PeerStream? peer = null;
            try
            {
                peer = new PeerStream(trouble.Side, stream, options, time.GetUtcNow());
                isHandedOn = true;
                peer.ExpectPartner();
                return peer;
            }
            finally
            {
                if (peer is null)
                {
                    DescriptorReserve.Settle();
                }
            }
        }
        finally
        {
            if (!isHandedOn)
            {
                stream.Reset();
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
            if (DescriptorReserve.TryPromise())
            {
                return true;
            }

            await trouble.WaitForDescriptorsAsync(change, _failures++).ConfigureAwait(false);
        }

        return false;
    }
}
