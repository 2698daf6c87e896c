namespace SocketConnector;

/// <summary>What concerns one socket or stream that is added.</summary>
/// <remarks>Like the options of a side, which they take the place of for this one peer.</remarks>
public sealed record AddOptions : SideOptions
{
    /// <summary>With no verifier and no transformer.</summary>
    public AddOptions()
    {
    }

    /// <summary>With the verifier and the transformer of <paramref name="side"/>.</summary>
    /// <param name="side">The options of the side, say.</param>
    public AddOptions(SideOptions side)
        : base(side ?? throw new ArgumentNullException(nameof(side)))
    {
    }

    /// <summary>
    /// What was read from it already; none by default. It comes before everything else, for the verifier too. The bytes are copied
    /// when the peer is added.
    /// </summary>
    public ReadOnlyMemory<byte> LeadingBytes { get; init; }
}
