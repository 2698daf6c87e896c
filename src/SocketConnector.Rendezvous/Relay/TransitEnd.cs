namespace SocketConnector.Rendezvous.Relay;

/// <summary>A client of the transit line.</summary>
/// <param name="peer">Its connection.</param>
/// <param name="line">What it has asked for.</param>
internal sealed class TransitEnd(Peer peer, TransitLine line)
{
    // Never disposed: a partner may cancel it after its owner has found out by itself. It has no timer, so nothing is left of it.
    private readonly CancellationTokenSource _met = new();
    private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Peer Peer => peer;

    public TransitLine Line => line;

    /// <summary>Cancelled once a partner has met it.</summary>
    public CancellationToken Met => _met.Token;

    /// <summary>A partner has met it: finishes once nothing reads from it any more.</summary>
    public async Task MeetAsync()
    {
        await _met.CancelAsync().ConfigureAwait(false);
        await _silent.Task.ConfigureAwait(false);
    }

    /// <summary>Nothing reads from it any more.</summary>
    public void Silence() => _silent.TrySetResult();
}
