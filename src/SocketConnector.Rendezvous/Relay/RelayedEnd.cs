using System.Net;
using SocketConnector.Rendezvous.Sessions;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>An end that is connected to the relay.</summary>
/// <param name="peer">Its connection; this owns it until it is joined.</param>
/// <param name="origin">What its partner is told of where it comes from, if anything.</param>
internal sealed class RelayedEnd(Peer peer, string? origin) : RelayEnd(AddressKey.Of((peer.RemoteEndPoint as IPEndPoint)?.Address))
{
    // Never disposed: it has no timer, so nothing is left of it.
    private readonly CancellationTokenSource _hearing = new();
    private TaskCompletionSource? _answer;
    private volatile Task _reading = Task.CompletedTask;

    public Peer Peer => peer;

    public override string? Origin => origin;

    public Outbox Outbox { get; } = new();

    /// <summary>What its ticket allows; nothing where none is asked for.</summary>
    public Ticket? Ticket { get; set; }

    /// <summary>Whether it is silent and awaits its answer, so that nothing is to be read from it.</summary>
    public bool IsSilent => State is EndState.Held or EndState.Denied;

    /// <summary>Finishes once it is told something; while <see cref="IsSilent"/>.</summary>
    public Task Answer => _answer?.Task ?? Task.CompletedTask;

    /// <summary>It is silent from now on.</summary>
    public void AwaitAnswer() => _answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Reads from it, unless it is to be closed: closing in order reads as well, and two reads at once are none.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> room)
    {
        ValueTask<int> reading = Peer.GetStream().ReadAsync(room, _hearing.Token);
        if (reading.IsCompleted)
        {
            return await reading.ConfigureAwait(false);
        }

        Task<int> pending = reading.AsTask();
        _reading = pending;
        return await pending.ConfigureAwait(false);
    }

    /// <summary>Finishes when nothing is read from it any more.</summary>
    public async Task StopHearingAsync()
    {
        await _hearing.CancelAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Something was posted for it.</summary>
    public void Post(Outgoing one)
    {
        Outbox.Post(one);
        _answer?.TrySetResult();
    }
}
