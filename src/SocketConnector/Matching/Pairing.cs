namespace SocketConnector.Matching;

/// <summary>Who waits for whom, as state alone: first come, first joined, on each side. Not thread-safe.</summary>
/// <typeparam name="T">What waits.</typeparam>
internal sealed class Pairing<T>
    where T : class
{
    private readonly LinkedList<Waiting>[] _waiting = [[], []];
    private readonly Dictionary<T, LinkedListNode<Waiting>> _places = new(ReferenceEqualityComparer.Instance);

    /// <summary>Waits for whoever comes first on the other side.</summary>
    public void Enqueue(Side side, T item) => Add(side, item, isReserved: false);

    /// <summary>Waits for a partner that is made for it alone; nobody else may take it.</summary>
    public void Reserve(Side side, T item) => Add(side, item, isReserved: true);

    /// <summary>Has one that waits go on waiting for a partner of its own.</summary>
    /// <returns>Whether it was still there.</returns>
    public bool TryReserve(T item)
    {
        if (!_places.TryGetValue(item, out LinkedListNode<Waiting>? node))
        {
            return false;
        }

        node.Value = node.Value with { IsReserved = true };
        return true;
    }

    /// <summary>Who has waited longest on a side and may be taken, without taking it.</summary>
    public T? First(Side side)
    {
        for (LinkedListNode<Waiting>? node = _waiting[(int)side].First; node is not null; node = node.Next)
        {
            if (!node.Value.IsReserved)
            {
                return node.Value.Item;
            }
        }

        return null;
    }

    /// <summary>Takes one out, whatever its place.</summary>
    /// <returns>Whether it was still there: of several who try, one gets it.</returns>
    public bool Remove(T item)
    {
        if (!_places.Remove(item, out LinkedListNode<Waiting>? node))
        {
            return false;
        }

        node.List!.Remove(node);
        return true;
    }

    public int Count(Side side) => _waiting[(int)side].Count;

    public T[] Snapshot(Side side) => [.. _waiting[(int)side].Select(waiting => waiting.Item)];

    private void Add(Side side, T item, bool isReserved) => _places.Add(item, _waiting[(int)side].AddLast(new Waiting(item, isReserved)));

    private readonly record struct Waiting(T Item, bool IsReserved);
}
