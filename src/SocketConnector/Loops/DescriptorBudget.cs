namespace SocketConnector.Loops;

/// <summary>How a process's descriptors are shared between its sockets and everything else. Numbers alone; takes none.</summary>
/// <param name="Limit">How many the process may have open.</param>
/// <param name="Others">How many it has open beside peers' sockets and pipes: the runtime's, and those of the program around the library.</param>
internal sealed record DescriptorBudget(long Limit, long Others)
{
    /// <summary>
    /// How many more the runtime was seen to take between the start and the first hundred connections, most of it within milliseconds
    /// of the first: faster than is measured.
    /// </summary>
    public const long Growth = 10;

    // What the runtime takes when something is done for the first time (two for each assembly), and when one asks for it at the
    // wrong moment: without any it cannot load code, and aborts. Three of them are SpareDescriptors.
    private const long MinKept = 7;
    private const long MaxKept = 64;

    // A pair, what is kept, and what the runtime was seen to take between the start and the first hundred connections.
    private const long MinRoom = 17;

    /// <summary>With so many in use, nothing is dialled any more.</summary>
    public long MaxDialled => Limit - Math.Clamp(Room / 8, MinKept, MaxKept);

    /// <summary>
    /// With so many in use, or promised to sockets that were accepted, none is accepted any more and no pipe is opened. Less than
    /// may be dialled, or what was accepted would take the room that it needs itself.
    /// </summary>
    public long MaxAccepted => MaxDialled - Math.Clamp(Room / 8, 2, MaxKept);

    /// <summary>The smallest limit that is worth a start.</summary>
    public long Needed => Others + MinRoom;

    /// <summary>Whether others have to be counted anew; far from the limit it does not matter how many they are.</summary>
    public bool IsNear(long inUse) => inUse >= Limit / 2;

    /// <summary>The same while the runtime is still taking what it will need. What it has taken by now is not expected once more.</summary>
    /// <param name="expected">How many others there will be in the end, as it seemed at the start.</param>
    public DescriptorBudget Growing(long expected) => this with { Others = Math.Max(Others, expected) };

    private long Room => Limit - Others;
}
