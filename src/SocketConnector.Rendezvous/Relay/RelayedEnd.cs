using System.Net;
using SocketConnector.Rendezvous.Sessions;

namespace SocketConnector.Rendezvous.Relay;

/// <summary>An end that is connected to the relay.</summary>
/// <param name="peer">Its connection; this owns it until it is joined.</param>
/// <param name="origin">What its partner is told of where it comes from, if anything.</param>
internal sealed class RelayedEnd(Peer peer, string? origin) : RelayEnd(AddressKey.Of((peer.RemoteEndPoint as IPEndPoint)?.Address))
{
    private TaskCompletionSource? _answer;

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

    /// <summary>Something was posted for it.</summary>
    public void Post(Outgoing one)
    {
        Outbox.Post(one);
        _answer?.TrySetResult();
    }
}
