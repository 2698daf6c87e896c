using SocketConnector.Cli.Events;

namespace SocketConnector.Cli.Running;

/// <summary>Tells of each connection when it is joined and when it has ended, in this order.</summary>
internal sealed class ConnectionReporter
{
    private readonly EventWriter _output;
    private readonly TaskCompletionSource _allTold = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Connections whose end is not told yet, and one for the watching itself.
    private long _untold = 1;
    private long _seen;

    /// <summary>Watches from here on.</summary>
    public ConnectionReporter(Connector connector, EventWriter output)
    {
        _output = output;
        Completion = WatchAsync(connector, connector.WatchConnectionsAsync());
    }

    /// <summary>Finishes when the connector has, and the end of the last connection is told.</summary>
    public Task Completion { get; }

    private async Task WatchAsync(Connector connector, IAsyncEnumerable<Connection> joined)
    {
        await foreach (Connection connection in joined)
        {
            _seen++;
            if (_output.TryWrite(new JoinedEvent(connection.Id, connection.PeerA.RemoteEndPoint, connection.PeerB.RemoteEndPoint)))
            {
                Interlocked.Increment(ref _untold);
                _ = TellEndAsync(connection);
            }
            else
            {
                // Nobody was told that it began, so nobody is told that it ended.
                _output.Lose(1);
            }
        }

        // More than the feed keeps for a watcher were joined at once; each would have had two events.
        _output.Lose(2 * (connector.GetStats().SocketPairs - _seen));
        Told();
        await _allTold.Task;
    }

    private async Task TellEndAsync(Connection connection)
    {
        CloseInfo close = await connection.Completion;
        _output.TryWrite(new ClosedEvent(connection.Id, close.Reason, close.Side, connection.BytesAToB, connection.BytesBToA, close.Duration));
        Told();
    }

    private void Told()
    {
        if (Interlocked.Decrement(ref _untold) == 0)
        {
            _allTold.SetResult();
        }
    }
}
