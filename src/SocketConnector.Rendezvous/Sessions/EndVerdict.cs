using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>What has become of an end's connection to its relay. The first is the only one.</summary>
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
    /// <param name="Elsewhere">Relays named by this one. The ticket is shown to whichever of them is dialled.</param>
    internal sealed record GoAway(TimeSpan In, IReadOnlyList<string> Elsewhere) : EndVerdict;

    /// <summary>The relay is silent, or the connection lost.</summary>
    /// <param name="Reason">For a log.</param>
    internal sealed record Dead(string Reason) : EndVerdict;

    /// <summary>The relay said what it may not say in this state.</summary>
    /// <param name="Reason">For a log.</param>
    internal sealed record Broken(string Reason) : EndVerdict;
}
