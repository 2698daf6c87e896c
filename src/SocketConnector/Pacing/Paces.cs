namespace SocketConnector.Pacing;

/// <summary>Those of the two directions of a connection.</summary>
/// <param name="AToB">None where that one is not limited.</param>
/// <param name="BToA">None where that one is not limited.</param>
internal sealed record Paces(Pace? AToB, Pace? BToA)
{
    /// <inheritdoc cref="Pace.LastHeldBack"/>
    public long LastHeldBack => Math.Max(AToB?.LastHeldBack ?? long.MinValue, BToA?.LastHeldBack ?? long.MinValue);

    public void Close()
    {
        AToB?.Close();
        BToA?.Close();
    }
}
