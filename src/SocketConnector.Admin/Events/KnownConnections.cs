namespace SocketConnector.Admin.Events;

/// <summary>
/// The connections that a reader of events knows. The snapshot and the events overlap: a connection that is in both is told once, and the end of
/// one that was never told is not.
/// </summary>
internal sealed class KnownConnections
{
    private readonly HashSet<long> _ids = [];

    /// <returns>Whether it is new to the reader.</returns>
    public bool Add(long id) => _ids.Add(id);

    /// <returns>Whether the reader knew it.</returns>
    public bool Remove(long id) => _ids.Remove(id);

    /// <summary>Events were lost, and the reader lists anew.</summary>
    public void Reset(IEnumerable<long> now)
    {
        _ids.Clear();
        _ids.UnionWith(now);
    }
}
