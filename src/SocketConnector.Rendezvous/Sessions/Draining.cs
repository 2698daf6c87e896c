using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>What ends are told once the relay stops.</summary>
/// <param name="StopsAt">When it will have stopped.</param>
/// <param name="Elsewhere">Relays to go to instead.</param>
internal sealed record Draining(long StopsAt, IReadOnlyList<string> Elsewhere)
{
    // A relay that stops is not back at once, and all of its ends come back at the same time.
    private const long MinRetry = 1_000;

    /// <summary>To one that waits.</summary>
    public GoAwayFrame GoAway(long now) => new(TimeSpan.FromMilliseconds(Math.Max(0, StopsAt - now)), Elsewhere);

    /// <summary>To one that joins, or that would have to wait.</summary>
    public RefusedFrame Refusal(long now) => new(RefusalCode.Draining, TimeSpan.FromMilliseconds(Math.Max(MinRetry, StopsAt - now)));
}
