using SocketConnector.Rendezvous.Wire;

namespace SocketConnector.Rendezvous.Sessions;

/// <summary>
/// The state that <see cref="MeetingPlace"/> keeps for each end: one object, since 100 000 may wait at once. The caller derives from it.
/// </summary>
/// <param name="address">What counts as its address, see <see cref="AddressKey"/>; 0 for none.</param>
internal class RelayEnd(UInt128 address = default)
{
    public EndState State { get; set; }

    /// <summary>Since its JOIN.</summary>
    public EndRole Role { get; set; }

    public UInt128 Address => address;

    /// <summary>What its partner is told about where it comes from, if the relay's policy tells it.</summary>
    public virtual string? Origin => null;

    /// <summary>The first bytes of its stream. Held from JOIN until it is paired or gone; the caller's own from then on.</summary>
    public ReadOnlyMemory<byte> Early { get; set; }

    /// <summary>While it is <see cref="EndState.Held"/>, <see cref="EndState.Waiting"/> or <see cref="EndState.Asked"/>.</summary>
    public Session? Session { get; set; }

    /// <summary>Its neighbours in its queue.</summary>
    public RelayEnd? Previous { get; set; }

    public RelayEnd? Next { get; set; }

    /// <summary>Of an asked end: the held one that it is asked for. None where that has left, or was paired with another.</summary>
    public RelayEnd? AskedFor { get; set; }

    /// <summary>Of a held end: how many are asked for it.</summary>
    public int Asked { get; set; }

    /// <summary>Of a held end: those that said no to it. Rarely any.</summary>
    public List<RelayEnd>? DeclinedBy { get; set; }

    /// <summary>When it is due; see <see cref="DueHeap"/>.</summary>
    public long Due { get; set; }

    public long DueOrder { get; set; }

    /// <summary>Its place in the heap, from 1; 0 where it is not in it.</summary>
    public int DueIndex { get; set; }

    /// <summary>When it has waited for as long as it may.</summary>
    public long WaitUntil { get; set; }

    /// <summary>How many PINGs it has not answered.</summary>
    public byte Unanswered { get; set; }

    /// <summary>How many PINGs and PONGs of its own have come since the relay's last PING.</summary>
    public byte Chatter { get; set; }

    /// <summary>Of a denied end: why, for the log.</summary>
    public GoneReason Denial { get; set; }
}
