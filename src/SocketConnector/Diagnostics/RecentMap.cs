using System.Diagnostics.CodeAnalysis;

namespace SocketConnector.Diagnostics;

/// <summary>Keeps what was used last, and forgets the rest. For one thread at a time.</summary>
/// <param name="capacity">How much it keeps.</param>
/// <param name="create">Makes the value of a key that is new, or was forgotten.</param>
internal sealed class RecentMap<TKey, TValue>(int capacity, Func<TKey, TValue> create)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _byKey = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _leastRecentFirst = [];

    public IEnumerable<TValue> LeastRecentFirst => _leastRecentFirst.Select(entry => entry.Value);

    public TValue Use(TKey key)
    {
        if (_byKey.TryGetValue(key, out LinkedListNode<(TKey Key, TValue Value)>? node))
        {
            _leastRecentFirst.Remove(node);
        }
        else
        {
            if (_byKey.Count == capacity)
            {
                _byKey.Remove(_leastRecentFirst.First!.Value.Key);
                _leastRecentFirst.RemoveFirst();
            }

            node = new LinkedListNode<(TKey Key, TValue Value)>((key, create(key)));
            _byKey.Add(key, node);
        }

        _leastRecentFirst.AddLast(node);
        return node.Value.Value;
    }

    /// <summary>Looks, without counting as a use.</summary>
    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        bool isThere = _byKey.TryGetValue(key, out LinkedListNode<(TKey Key, TValue Value)>? node);
        value = isThere ? node!.Value.Value : default;
        return isThere;
    }
}
