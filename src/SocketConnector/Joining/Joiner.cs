using SocketConnector.Admission;
using SocketConnector.Diagnostics;
using SocketConnector.Engine;
using SocketConnector.Sockets;
using SocketConnector.Taps;

namespace SocketConnector.Joining;

/// <summary>Makes a connection of two peers: the hook, the transformers, the pump.</summary>
/// <param name="options">The connector's.</param>
/// <param name="observer">The connector's.</param>
/// <param name="connections">The connector's.</param>
/// <param name="ended">Called once for each connection, when both of its streams are closed.</param>
internal sealed class Joiner(ConnectorOptions options, Observer observer, ConnectionSet connections, Action<Connection, CloseInfo> ended)
{
    private readonly PumpSelection _pumps = new(options);
    private readonly ConnectionServices _host = new(options, observer, new TapSources(observer, TrafficLog.ForEach(observer.Traffic, options), options.NewTap), ended);
    private readonly Func<long, ITapSet> _newTaps = id => new TapSet(id, observer, options.TimeProvider);

    /// <summary>Every new connection.</summary>
    public ConnectionFeed Feed { get; } = new();

    /// <summary>Whoever wants a tap on each new connection.</summary>
    public TapSources Taps => _host.Taps;

    /// <summary>Asks the hook, which may set what is to be done with the bytes.</summary>
    /// <returns>What it has set; or why the two are not joined.</returns>
    public async ValueTask<(JoinContext Context, Refusal? Refusal)> PrepareAsync(PeerStream a, PeerStream b, CancellationToken stopping)
    {
        var context = new JoinContext(ConnectionSet.NextId(), a.Peer, b.Peer, _newTaps) { TransformAToB = a.Transformer, TransformBToA = b.Transformer };
        Refusal? refusal = options.BeforeJoining is { } hook ? await RunHookAsync(hook, context, stopping).ConfigureAwait(false) : null;
        if (refusal is not null)
        {
            CloseTaps(context, refusal);
        }

        return (context, refusal);
    }

    /// <summary>Takes both peers over, unless no connection is made any more.</summary>
    /// <returns>The connection, which is still to be started.</returns>
    public Connection? TryJoin(PeerStream a, PeerStream b, JoinContext context)
    {
        var connection = new Connection(a, b, context, _pumps.Choose(a, b, context), _host);
        if (!connections.TryAdd(connection))
        {
            CloseTaps(context, Refusal.Stopped);
            return null;
        }

        return connection;
    }

    /// <summary>Tells of it, and begins to relay. It ends by itself from here on.</summary>
    public void Start(Connection connection, JoinContext context)
    {
        try
        {
            connection.Pair.UseLeasesUp();
            observer.Joined(connection.Id, connection.PeerA, connection.PeerB);
            Feed.Publish(connection);
        }
        catch (Exception error)
        {
            // Ours; the connection is ended for it as any other is, which gives back everything.
            observer.Log.Fault(error);
            connection.Abort();
        }

        connection.Pair.Start(context);
    }

    private static void CloseTaps(JoinContext context, Refusal refusal) =>
        context.SealTaps()?.Close(new CloseInfo(refusal.Reason, refusal.Side, refusal.Error, TimeSpan.Zero));

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
