using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>How an end's connection to its relay turned out. There is at most one verdict.</summary>
internal abstract record EndVerdict
{
    /// <summary>PAIRED: every byte behind it is the partner's.</summary>
    /// <param name="Partner">Where the partner comes from, if the relay tells it.</param>
    internal sealed record Paired(string? Partner) : EndVerdict;

    /// <summary>REFUSED.</summary>
    /// <param name="Code">Why.</param>
    /// <param name="RetryAfter">When to come again; <see langword="null"/> not to.</param>
    internal sealed record Refused(RefusalCode Code, TimeSpan? RetryAfter) : EndVerdict;

    /// <summary>The relay stops: go elsewhere, or come again.</summary>
    /// <param name="In">When it will have stopped.</param>
    /// <param name="Elsewhere">Other relays to use instead. An end with a ticket follows only over TLS.</param>
    internal sealed record GoAway(TimeSpan In, IReadOnlyList<string> Elsewhere) : EndVerdict;

    /// <summary>Nothing has come that a relay says: what is there may be none, or speak TLS alone.</summary>
    /// <param name="Reason">For a log.</param>
    internal sealed record Unanswered(string Reason) : EndVerdict;

    /// <summary>The relay is silent, or the connection lost.</summary>
    /// <param name="Reason">For a log.</param>
    internal sealed record Dead(string Reason) : EndVerdict;

    /// <summary>The relay said what it may not say in this state.</summary>
    /// <param name="Reason">For a log.</param>
    internal sealed record Broken(string Reason) : EndVerdict;
}
