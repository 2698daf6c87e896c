namespace SocketConnector.Rendezvous.Relay;

/// <summary>The clients of the transit line that wait, by their token. Thread-safe; no I/O.</summary>
/// <param name="max">How many wait at most.</param>
internal sealed class TransitRooms(int max)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(UInt128, UInt128), List<TransitEnd>> _rooms = [];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes the partner that has waited longest; if there is none, the newcomer waits.</summary>
    /// <param name="end">Who comes.</param>
    /// <param name="partner">Who has waited, and now waits no more.</param>
    /// <returns>Whether there is a partner, or a place to wait.</returns>
    public bool TryMeet(TransitEnd end, out TransitEnd? partner)
    {
        lock (_gate)
        {
            List<TransitEnd>? room = _rooms.GetValueOrDefault(end.Line.Token);
            partner = room?.Find(one => one.Line.Suits(end.Line));
            if (partner is not null)
            {
                return Remove(partner);
            }

            if (_count >= max)
            {
                return false;
            }

            if (room is null)
            {
                _rooms.Add(end.Line.Token, room = []);
            }

            room.Add(end);
            _count++;
            return true;
        }
    }

    /// <summary>It waits no longer.</summary>
    /// <returns>True if it was still waiting; false if a partner has taken it.</returns>
    public bool TryLeave(TransitEnd end)
    {
        lock (_gate)
        {
            return Remove(end);
        }
    }

    private bool Remove(TransitEnd end)
    {
        if (_rooms.GetValueOrDefault(end.Line.Token) is not { } room || !room.Remove(end))
        {
            return false;
        }

        _count--;
        if (room.Count == 0)
        {
            _rooms.Remove(end.Line.Token);
        }

        return true;
    }
}
