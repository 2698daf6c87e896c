namespace SocketConnector.Matching;

/// <summary>FIFO pairing queue for each side, within equal keys. Pure state, no I/O. Not thread-safe.</summary>
/// <typeparam name="T">What waits.</typeparam>
internal sealed class Pairing<T>
    where T : class
{
    private readonly LinkedList<T>[] _waiting = [[], []];
    private readonly Dictionary<Queue, LinkedList<T>> _queues = [];
    private readonly Dictionary<T, Place> _places = new(ReferenceEqualityComparer.Instance);

    /// <summary>Queues for the first of the other side with an equal key.</summary>
    public void Enqueue(Side side, T item, string? key = null)
    {
        var queue = new Queue(side, key);
        if (!_queues.TryGetValue(queue, out LinkedList<T>? waiting))
        {
            _queues.Add(queue, waiting = []);
        }

        _places.Add(item, new Place(_waiting[(int)side].AddLast(item), queue, waiting.AddLast(item)));
    }

    /// <summary>Waits for a partner of its own; no other may take it.</summary>
    public void Reserve(Side side, T item) => _places.Add(item, new Place(_waiting[(int)side].AddLast(item), default, null));

    /// <summary>Has one that waits go on waiting for a partner of its own.</summary>
    /// <returns>Whether it was still there.</returns>
    public bool TryReserve(T item)
    {
        if (!_places.TryGetValue(item, out Place place))
        {
            return false;
        }

        Leave(place);
        _places[item] = place with { InQueue = null };
        return true;
    }

    /// <summary>The one that has waited longest on a side and may be taken, without taking it.</summary>
    public T? First(Side side, string? key = null) => _queues.TryGetValue(new Queue(side, key), out LinkedList<T>? waiting) ? waiting.First!.Value : null;

    /// <summary>The one that has waited longest on a side, whatever its key.</summary>
    public T? FirstOfAll(Side side) => _waiting[(int)side].First?.Value;

    /// <summary>The one that has waited longest on a side among those that may be taken, whatever their keys.</summary>
    public T? FirstFree(Side side)
    {
        LinkedListNode<T>? node = _waiting[(int)side].First;
        while (node is not null && _places[node.Value].InQueue is null)
        {
            node = node.Next;
        }

        return node?.Value;
    }

    /// <summary>Takes one out, whatever its place.</summary>
    /// <returns>Whether it was still there: one of several callers gets it.</returns>
    public bool Remove(T item)
    {
        if (!_places.Remove(item, out Place place))
        {
            return false;
        }

        place.OnSide.List!.Remove(place.OnSide);
        Leave(place);
        return true;
    }

    public int Count(Side side) => _waiting[(int)side].Count;

    public T[] Snapshot(Side side) => [.. _waiting[(int)side]];

    private void Leave(Place place)
    {
        if (place.InQueue is { List: { } queue } node)
        {
            queue.Remove(node);
            if (queue.Count == 0)
            {
                // Keys come and go; an empty queue is not kept.
                _queues.Remove(place.Queue);
            }
        }
    }

    private readonly record struct Queue(Side Side, string? Key);

    private readonly record struct Place(LinkedListNode<T> OnSide, Queue Queue, LinkedListNode<T>? InQueue);
}
