using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Pumping;
using SocketConnector.Sockets;

namespace SocketConnector.Relaying;

/// <summary>Makes a connection of two peers: the hook, the transformers, the pumps; then sees it through to its end.</summary>
internal sealed class Joining(ConnectorOptions options, Observer observer, ConnectionSet connections, ConnectionFeed feed, OwnedTasks work)
{
    private readonly PumpSelection _pumps = new(options.BufferSize, options.TimeProvider);

    /// <summary>Called after a connection has ended and is gone from the set.</summary>
    public event Action? Ended;

    /// <summary>Takes both peers over, whatever comes of it.</summary>
    /// <returns>The connection, already relaying; or why there is none, already reported.</returns>
    public async Task<(Connection? Connection, Refusal? Refusal)> JoinAsync(PeerSocket one, PeerSocket other, CancellationToken stopping)
    {
        (PeerSocket a, PeerSocket b) = one.Side == Side.A ? (one, other) : (other, one);
        var context = new JoinContext(connections.NextId(), a.Peer, b.Peer, a.Transformer, b.Transformer);
        if (await RunHookAsync(context, stopping).ConfigureAwait(false) is { } refusal)
        {
            return Refuse(a, b, refusal);
        }

        var connection = new Connection(a, b, context, options, observer);
        if (!connections.TryAdd(connection))
        {
            return Refuse(a, b, Refusal.Stopped);
        }

        observer.Joined(connection.Id, a.Peer, b.Peer);
        feed.Publish(connection);
        work.Run(() => SeeThroughAsync(connection));
        return (connection, null);
    }

    private async Task SeeThroughAsync(Connection connection)
    {
        CloseInfo info = await connection.RelayAsync(_pumps).ConfigureAwait(false);
        connections.Remove(connection);
        observer.Ended(connection.Id, info, connection.PeerA, connection.PeerB, connection.BytesAToB, connection.BytesBToA);
        connection.Complete(info);
        Ended?.Invoke();
    }

    private async Task<Refusal?> RunHookAsync(JoinContext context, CancellationToken stopping)
    {
        if (options.BeforeJoining is not { } hook)
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
                options.JoinTimeout,
                options.TimeProvider,
                observer.Log,
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
    public (Connection? Connection, Refusal? Refusal) Refuse(PeerSocket a, PeerSocket b, Refusal refusal)
    {
        // Counted first, so that whoever sees the reset finds it counted.
        observer.NotJoined(a.Peer, b.Peer, refusal.Reason, refusal.Side, refusal.Error.Message);
        a.Abort();
        b.Abort();
        return (null, refusal);
    }
}
