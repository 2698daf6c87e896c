namespace SocketConnector.Rendezvous.EndToEnd;

/// <summary>Goes on with a handshake for as long as it may take, even where the stream below cannot give up a write: one of TLS cannot, and its relay may never read.</summary>
internal static class BoundedHandshake
{
    /// <inheritdoc cref="FirstFlight.ContinueAsync"/>
    /// <exception cref="OperationCanceledException">Given up. The transport is cut by then, which ends whatever is still under way on it.</exception>
    public static async Task<EndTransport> RunAsync(FirstFlight flight, EndTransport transport, CancellationToken cancellationToken)
    {
        Task<EndTransport> proving = flight.ContinueAsync(transport, cancellationToken).AsTask();
        BoundedWrite.Observe(proving);
        try
        {
            return await proving.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            transport.Abort();
            throw;
        }
    }
}
