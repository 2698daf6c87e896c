using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Joining;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Relaying;

/// <summary>Makes a connection of two peers: the hook, the transformers, the pumps; then sees it through to its end.</summary>
internal sealed class Joining
{
    private readonly ConnectorOptions _options;
    private readonly Observer _observer;
    private readonly ConnectionSet _connections;
    private readonly ConnectionFeed _feed;
    private readonly OwnedTasks _work;
    private readonly PumpSelection _pumps;
    private readonly ConnectionHost _host;

    public Joining(ConnectorOptions options, Observer observer, LoopGroup? loops, ConnectionSet connections, ConnectionFeed feed, OwnedTasks work)
    {
        (_options, _observer, _connections, _feed, _work) = (options, observer, connections, feed, work);
        _pumps = new PumpSelection(options, loops);
        _host = new ConnectionHost(options, observer, WhenEnded);
    }

    /// <summary>Called after a connection has ended and is gone from the set.</summary>
    public event Action? Ended;

    /// <summary>Takes both peers over, whatever comes of it.</summary>
    /// <returns>The connection, already relaying; or why there is none, already reported.</returns>
    public async Task<(Connection? Connection, Refusal? Refusal)> JoinAsync(PeerStream one, PeerStream other, CancellationToken stopping)
    {
        (PeerStream a, PeerStream b) = one.Side == Side.A ? (one, other) : (other, one);
        var context = new JoinContext(_connections.NextId(), a.Peer, b.Peer, a.Transformer, b.Transformer);
        if (await RunHookAsync(context, stopping).ConfigureAwait(false) is { } refusal)
        {
            return Refuse(a, b, refusal);
        }

        var connection = new Connection(a, b, context.Id, _pumps.Choose(a, b, context), _host);
        if (!_connections.TryAdd(connection))
        {
            return Refuse(a, b, Refusal.Stopped);
        }

        a.Place?.Keep();
        b.Place?.Keep();
        _observer.Joined(connection.Id, a.Peer, b.Peer);
        _feed.Publish(connection);
        _work.Begin();
        connection.Start(context);
        return (connection, null);
    }

    private void WhenEnded(Connection connection, CloseInfo info)
    {
        try
        {
            _connections.Remove(connection);
            _observer.Ended(connection.Id, info, connection.PeerA, connection.PeerB, connection.BytesAToB, connection.BytesBToA);
        }
        finally
        {
            connection.Complete();
            Ended?.Invoke();
            _work.End();
        }
    }

    private async Task<Refusal?> RunHookAsync(JoinContext context, CancellationToken stopping)
    {
        if (_options.BeforeJoining is not { } hook)
        {
            return null;
        }

        try
        {
            await Deadline.RunAsync(
                $"BeforeJoining of {context.PeerA} and {context.PeerB}",
                async token =>
                {
                    await hook(context, token).ConfigureAwait(false);
                    return true;
                },
                _options.JoinTimeout,
                _options.TimeProvider,
                _observer.Log,
                stopping).ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Refusal.Stopped;
        }
        catch (Exception error)
        {
            return new Refusal(CloseReason.HookFailed, null, error);
        }
    }

    /// <summary>Closes both, for one reason, and reports it.</summary>
    public (Connection? Connection, Refusal? Refusal) Refuse(PeerStream a, PeerStream b, Refusal refusal)
    {
        _observer.Count(refusal.Reason, refusal.Side);
        try
        {
            a.Abort();
        }
        finally
        {
            b.Abort();
        }

        _observer.TellNotJoined(a.Peer, b.Peer, refusal.Reason, refusal.Side, ErrorText.Of(refusal.Error));
        return (null, refusal);
    }
}
