namespace SocketConnector.Pumping;

/// <summary>Moves the bytes of one direction, and reports to its flow how that ended.</summary>
internal interface IDirectionPump
{
    /// <param name="flow">What to move, where, and what to count. Its <see cref="Flow.End"/> is called once, in any case.</param>
    /// <param name="abort">Cancelled just before both sockets are reset.</param>
    /// <returns>A task that never faults.</returns>
    Task RunAsync(Flow flow, CancellationToken abort);
}
