namespace SocketConnector;

/// <summary>For a socket or stream that is added after something was read from it.</summary>
/// <remarks>
/// A kind of <see cref="SideOptions"/>, because both concern this one peer alone and are given in the same place. Like those it
/// replaces the options of the side; made of them, it adds the bytes and changes nothing else.
/// </remarks>
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
