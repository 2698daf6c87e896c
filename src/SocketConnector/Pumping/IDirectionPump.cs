namespace SocketConnector.Pumping;

/// <summary>Moves the bytes of one direction, and returns a verdict.</summary>
internal interface IDirectionPump
{
    /// <param name="flow">What to move, where, and what to count.</param>
    /// <param name="abort">Cancelled just before both sockets are reset.</param>
    Task<PumpResult> RunAsync(Flow flow, CancellationToken abort);
}
