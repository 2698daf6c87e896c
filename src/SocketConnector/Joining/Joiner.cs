using SocketConnector.Engine;
using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Sockets;

namespace SocketConnector.Joining;

/// <summary>Makes a connection of two peers: the hook, the transformers, the pump.</summary>
/// <param name="options">The connector's.</param>
/// <param name="observer">The connector's.</param>
/// <param name="connections">The connector's.</param>
/// <param name="ended">Called once for each connection, when both of its streams are closed.</param>
internal sealed class Joiner(ConnectorOptions options, Observer observer, ConnectionSet connections, Action<Connection, CloseInfo> ended)
{
    private readonly PumpSelection _pumps = new(options);
    private readonly ConnectionHost _host = new(options, observer, ended);

    /// <summary>Every new connection.</summary>
    public ConnectionFeed Feed { get; } = new();

    /// <summary>Takes both peers over if it succeeds; otherwise they are the caller's still.</summary>
    /// <returns>The connection, already relaying; or why there is none.</returns>
    public async ValueTask<(Connection? Connection, Refusal? Refusal)> JoinAsync(PeerStream one, PeerStream other, CancellationToken stopping)
    {
        (PeerStream a, PeerStream b) = one.Side == Side.A ? (one, other) : (other, one);
        var context = new JoinContext(connections.NextId(), a.Peer, b.Peer, a.Transformer, b.Transformer);
        if (options.BeforeJoining is { } hook && await RunHookAsync(hook, context, stopping).ConfigureAwait(false) is { } refusal)
        {
            return (null, refusal);
        }

        var connection = new Connection(a, b, context.Id, _pumps.Choose(a, b, context), _host);
        if (!connections.TryAdd(connection))
        {
            return (null, Refusal.Stopped);
        }

        a.UseLeasesUp();
        b.UseLeasesUp();
        observer.Joined(connection.Id, a.Peer, b.Peer);
        Feed.Publish(connection);
        connection.Start(context);
        return (connection, null);
    }

    private async Task<Refusal?> RunHookAsync(BeforeJoining hook, JoinContext context, CancellationToken stopping)
    {
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
}
