using System.Net;
using System.Net.Sockets;
using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>A connect that was begun. Most are over within milliseconds, before a timer, or a watch on the peer that it is for, is worth it.</summary>
internal readonly struct ConnectAttempt
{
    private readonly Dialer _dialer;
    private readonly DescriptorConnect? _begun;
    private readonly bool _isPromised;

    // An address, or a dial: the frame of every client holds this struct.
    private readonly object _what;

    /// <summary>To one address, with nothing else asked.</summary>
    internal ConnectAttempt(Dialer dialer, IPEndPoint address, DescriptorConnect? begun, bool isPromised) =>
        (_dialer, _what, _begun, _isPromised) = (dialer, address, begun, isPromised);

    /// <summary>To what has several addresses, or is tried again.</summary>
    internal ConnectAttempt(Dialer dialer, Dial dial) => (_dialer, _what) = (dialer, dial);

    /// <summary>Told what comes of it; null where nothing is recorded.</summary>
    public DialRecord? Record { get; init; }

    public bool IsBegun => _dialer is not null;

    /// <inheritdoc cref="Dial.Target"/>
    public EndPoint? Target => (_what as Dial)?.Target;

    /// <summary>Waits a few milliseconds. Where only the long way can tell, such as for a name that is not known yet, it says no at once.</summary>
    /// <returns>What is connected; otherwise <see cref="FinishAsync"/> goes on, or <see cref="Abandon"/> ends it.</returns>
    /// <exception cref="SocketException">It failed; nothing is left open, and the message names the end point.</exception>
    public ValueTask<ByteStream?> TryFinishQuicklyAsync() => Record is { } record ? RecordAsync(FinishQuicklyAsync(), record) : FinishQuicklyAsync();

    /// <summary>Waits until it is connected, or for the connect timeout.</summary>
    /// <exception cref="SocketException">Refused, unreachable, unknown or too slow (<see cref="SocketError.TimedOut"/>); the message names the end point.</exception>
    /// <exception cref="OperationCanceledException">Given up; nothing is left open.</exception>
    public Task<ByteStream> FinishAsync(CancellationToken cancellationToken) =>
        Record is { } record ? RecordAsync(ConnectAsync(cancellationToken), record) : ConnectAsync(cancellationToken);

    /// <summary>Gives it up instead.</summary>
    public void Abandon()
    {
        _begun?.Socket.Close();
        (_what as Dial)?.Abandon();
        Record?.Abandoned();
    }

    private ValueTask<ByteStream?> FinishQuicklyAsync() =>
        _what is Dial dial ? dial.TryFinishQuicklyAsync() : _begun is { } begun ? TryFinishQuicklyAsync(begun, (IPEndPoint)_what) : new ValueTask<ByteStream?>((ByteStream?)null);

    private Task<ByteStream> ConnectAsync(CancellationToken cancellationToken) =>
        _what is Dial dial ? _dialer.ConnectAsync(dial, cancellationToken) : _dialer.ConnectAsync((IPEndPoint)_what, (_begun, _isPromised), cancellationToken);

    private static async ValueTask<ByteStream?> RecordAsync(ValueTask<ByteStream?> connecting, DialRecord record)
    {
        try
        {
            ByteStream? stream = await connecting.ConfigureAwait(false);
            if (stream is not null)
            {
                record.Connected(stream.Remote);
            }

            return stream;
        }
        catch (Exception error)
        {
            record.Failed(error);
            throw;
        }
    }

    private static async Task<ByteStream> RecordAsync(Task<ByteStream> connecting, DialRecord record)
    {
        try
        {
            ByteStream stream = await connecting.ConfigureAwait(false);
            record.Connected(stream.Remote);
            return stream;
        }
        catch (Exception error)
        {
            record.Failed(error);
            throw;
        }
    }

    private static async ValueTask<ByteStream?> TryFinishQuicklyAsync(DescriptorConnect begun, IPEndPoint address)
    {
        try
        {
            return await begun.TryFinishQuicklyAsync().ConfigureAwait(false) ? begun.Socket : null;
        }
        catch (SocketException error)
        {
            throw SocketFailure.At("Cannot connect to", address, error);
        }
    }
}
