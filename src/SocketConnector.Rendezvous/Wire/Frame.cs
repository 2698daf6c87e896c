using System.Globalization;
using System.Text;

namespace SocketConnector.Rendezvous.Wire;

/// <summary>One frame of SCR/1, as an end or a relay says it. What each means is in docs/rendezvous-protocol.md.</summary>
internal abstract record Frame;

/// <summary>End to relay, first: which versions the end speaks.</summary>
/// <param name="Versions">Ascending; 1 alone today.</param>
/// <param name="Program">What the end calls itself, for the relay's log; any text.</param>
internal sealed record HelloFrame(IReadOnlyList<int> Versions, string? Program) : Frame;

/// <summary>End to relay: where it wants to meet whom. Silent after it until WAIT, PAIRED or REFUSED.</summary>
/// <param name="Session">The session.</param>
/// <param name="Role">Its role there.</param>
/// <param name="Ticket">A JWT that lets it in, if the relay wants one.</param>
/// <param name="Early">The first bytes of its stream; of a connecting end alone.</param>
internal sealed record JoinFrame(SessionName Session, EndRole Role, string? Ticket, ReadOnlyMemory<byte> Early) : Frame
{
    /// <summary>All but the ticket: whoever has that may use the relay, and a frame may end up in a log.</summary>
    /// <param name="builder">Where to.</param>
    /// <returns>That something was written.</returns>
    protected override bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"{nameof(Session)} = {Session}, {nameof(Role)} = {Role}, {nameof(Early)} = {Early.Length} bytes");
        return true;
    }
}

/// <summary>End to relay: yes to an OPEN. Silent after it until PAIRED, WAIT or REFUSED.</summary>
internal sealed record AcceptFrame : Frame;

/// <summary>End to relay: no to an OPEN; it waits on.</summary>
internal sealed record DeclineFrame : Frame;

/// <summary>Either way, while an end waits.</summary>
internal sealed record PingFrame : Frame;

/// <summary>The answer to a PING.</summary>
internal sealed record PongFrame : Frame;

/// <summary>Relay to end: the answer to HELLO.</summary>
/// <param name="Version">The version spoken from here on.</param>
/// <param name="Heartbeat">How often each side pings while the end waits; three unanswered are an end. Whole seconds.</param>
/// <param name="Program">What the relay calls itself; any text.</param>
internal sealed record WelcomeFrame(int Version, TimeSpan Heartbeat, string? Program) : Frame;

/// <summary>Relay to end: no partner yet.</summary>
/// <param name="AtMost">How long it may wait. Whole seconds.</param>
internal sealed record WaitFrame(TimeSpan AtMost) : Frame;

/// <summary>Relay to a waiting end: a partner is there; ACCEPT or DECLINE in time, or the next one is asked.</summary>
/// <param name="Within">The time. Milliseconds.</param>
/// <param name="Partner">Where the partner comes from, if the relay's policy tells it.</param>
internal sealed record OpenFrame(TimeSpan Within, string? Partner) : Frame;

/// <summary>Relay to end, its last frame: the partner's bytes follow.</summary>
/// <param name="Partner">Where the partner comes from, if the relay's policy tells it.</param>
internal sealed record PairedFrame(string? Partner) : Frame;

/// <summary>Relay to end, its last frame: it closes.</summary>
/// <param name="Code">Why.</param>
/// <param name="RetryAfter">When to come again; <see langword="null"/> not to. Milliseconds.</param>
internal sealed record RefusedFrame(RefusalCode Code, TimeSpan? RetryAfter) : Frame;

/// <summary>Relay to a waiting end: the relay stops.</summary>
/// <param name="In">When it will have stopped. Milliseconds.</param>
/// <param name="Elsewhere">Relays to go to instead, as <c>host:port</c>; none where it comes back itself.</param>
internal sealed record GoAwayFrame(TimeSpan In, IReadOnlyList<string> Elsewhere) : Frame;
