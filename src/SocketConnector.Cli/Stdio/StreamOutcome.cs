using System.Threading.Channels;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Stdio;

/// <summary>How the stream of standard input and output has ended, taken from the connector's events. It decides the exit code.</summary>
/// <param name="side">The side that it is.</param>
internal sealed class StreamOutcome(Side side) : ChannelWriter<ConnectionEvent>, IImmediateEvents
{
    private volatile ConnectionEvent? _end;

    /// <summary>Whether every byte was relayed, both ways, up to an end in order.</summary>
    public bool IsWhole => _end is { Kind: ConnectionEventKind.Closed, Closed.Reason: CloseReason.Completed };

    /// <summary>Why it is not whole, where no warning has said so.</summary>
    public string? Untold => _end switch
    {
        null => "stopped before there was a connection",
        { Kind: ConnectionEventKind.Closed, Closed: { Reason: CloseReason.Aborted or CloseReason.IdleTimeout or CloseReason.LifetimeReached } closed } =>
            $"the connection was cut before its end: {new Cause(closed.Reason, closed.Side)}",
        { Kind: ConnectionEventKind.Refused, Closed: { Reason: CloseReason.Aborted or CloseReason.PendingTimeout or CloseReason.PeerReset } closed } =>
            $"there was no connection: {new Cause(closed.Reason, closed.Side)}",
        _ => null,
    };

    public override bool TryWrite(ConnectionEvent item)
    {
        // Other clients may have been refused before, and have nothing to do with it.
        if (item.Kind is ConnectionEventKind.Closed or ConnectionEventKind.Refused && (side == Side.A ? item.PeerA : item.PeerB) is not null)
        {
            _end ??= item;
        }

        return true;
    }

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(true);
}
