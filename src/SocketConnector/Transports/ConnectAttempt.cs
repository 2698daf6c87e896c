using System.Net.Sockets;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>A connect that was begun. Most are over within milliseconds, before a timer, or a watch on the peer that it is for, is worth it.</summary>
internal readonly struct ConnectAttempt
{
    private readonly Dialer _dialer;
    private readonly DialTargets _targets;
    private readonly DescriptorConnect? _begun;
    private readonly Dial? _dial;

    /// <param name="dialer">The dialer.</param>
    /// <param name="targets">What is connected to.</param>
    /// <param name="begun">Where it is one address and nothing else is asked.</param>
    /// <param name="dial">Otherwise.</param>
    internal ConnectAttempt(Dialer dialer, DialTargets targets, DescriptorConnect? begun, Dial? dial) => (_dialer, _targets, _begun, _dial) = (dialer, targets, begun, dial);

    public bool IsBegun => _dialer is not null;

    /// <summary>Waits a few milliseconds. Where only the long way can tell, such as for a name that is not known yet, it says no at once.</summary>
    /// <returns>What is connected; otherwise <see cref="FinishAsync"/> goes on, or <see cref="Abandon"/> ends it.</returns>
    /// <exception cref="SocketException">It failed; nothing is left open, and the message names the end point.</exception>
    public ValueTask<ByteStream?> SoonAsync() =>
        _dial is { } dial ? dial.SoonAsync() : _begun is { } begun ? StraightAsync(begun, _targets) : new ValueTask<ByteStream?>((ByteStream?)null);

    /// <summary>Waits until it is connected, or for the connect timeout.</summary>
    /// <exception cref="SocketException">Refused, unreachable, unknown or too slow (<see cref="SocketError.TimedOut"/>); the message names the end point.</exception>
    /// <exception cref="OperationCanceledException">Given up; nothing is left open.</exception>
    public Task<ByteStream> FinishAsync(CancellationToken cancellationToken) =>
        _dial is { } dial ? _dialer.ConnectAsync(dial, cancellationToken) : _dialer.ConnectAsync(_targets.Straight!, _begun, cancellationToken);

    /// <summary>Gives it up instead.</summary>
    public void Abandon()
    {
        _begun?.Socket.Close();
        _dial?.Abandon();
    }

    private static async ValueTask<ByteStream?> StraightAsync(DescriptorConnect begun, DialTargets targets)
    {
        try
        {
            return await begun.IsSoonDoneAsync().ConfigureAwait(false) ? begun.Socket : null;
        }
        catch (SocketException error)
        {
            throw SocketFailure.At("Cannot connect to", targets.Straight!, error);
        }
    }
}
