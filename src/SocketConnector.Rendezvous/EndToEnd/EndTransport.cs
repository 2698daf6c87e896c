namespace SocketConnector.Rendezvous.EndToEnd;

/// <summary>A byte stream both ways: what the relay carries between two ends, or what their users send through that.</summary>
/// <param name="Stream">Both halves. Disposing it disposes whatever it stands on.</param>
/// <param name="EndAsync">Ends the writing half, behind the last write.</param>
/// <param name="Abort">Cuts both halves at once, so that the other end reads an error.</param>
internal sealed record EndTransport(Stream Stream, Func<CancellationToken, ValueTask> EndAsync, Action Abort);
