using System.Net;
using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>A connect that was begun. Most are over within milliseconds, before a timer, or a watch on the peer that it is for, is worth it.</summary>
internal readonly struct ConnectAttempt
{
    private readonly Dialer _dialer;
    private readonly EndPoint _endPoint;
    private readonly DescriptorConnect? _begun;

    internal ConnectAttempt(Dialer dialer, EndPoint endPoint, DescriptorConnect? begun) => (_dialer, _endPoint, _begun) = (dialer, endPoint, begun);

    public bool IsBegun => _dialer is not null;

    /// <summary>Waits a few milliseconds. Where only the long way can tell, such as for a name, it says no at once.</summary>
    /// <returns>What is connected; otherwise <see cref="FinishAsync"/> goes on, or <see cref="Abandon"/> ends it.</returns>
    /// <exception cref="SocketException">It failed; nothing is left open, and the message names the end point.</exception>
    public async ValueTask<ByteStream?> SoonAsync()
    {
        if (_begun is not { } begun)
        {
            return null;
        }

        try
        {
            return await begun.IsSoonDoneAsync().ConfigureAwait(false) ? begun.Socket : null;
        }
        catch (SocketException error)
        {
            throw SocketFailure.At("Cannot connect to", _endPoint, error);
        }
    }

    /// <summary>Waits until it is connected, or for the connect timeout.</summary>
    /// <exception cref="SocketException">Refused, unreachable, unknown or too slow (<see cref="SocketError.TimedOut"/>); the message names the end point.</exception>
    /// <exception cref="OperationCanceledException">Given up; nothing is left open.</exception>
    public Task<ByteStream> FinishAsync(CancellationToken cancellationToken) => _dialer.ConnectAsync(_endPoint, _begun, cancellationToken);

    /// <summary>Gives it up instead.</summary>
    public void Abandon() => _begun?.Socket.Close();
}
