namespace SocketConnector.Rendezvous.Sessions;

/// <summary>
/// A min-heap of ends by deadline; ties are in insertion order. An end has one deadline at a time and stores its own index, so removing
/// it needs no search.
/// </summary>
internal sealed class DueHeap
{
    // From 1, so that the parent of i is i / 2 and a new end has the place 0.
    private RelayEnd[] _ends = new RelayEnd[16];
    private long _order;

    public int Count { get; private set; }

    public RelayEnd? First => Count == 0 ? null : _ends[1];

    /// <summary>When the first is due; <see cref="long.MaxValue"/> where there is none.</summary>
    public long Next => Count == 0 ? long.MaxValue : _ends[1].Due;

    public void Set(RelayEnd end, long due)
    {
        Remove(end);
        if (++Count == _ends.Length)
        {
            Array.Resize(ref _ends, Count * 2);
        }

        end.Due = due;
        end.DueOrder = _order++;
        Rise(end, Count);
    }

    public void Remove(RelayEnd end)
    {
        int place = end.DueIndex;
        if (place == 0)
        {
            return;
        }

        end.DueIndex = 0;
        RelayEnd last = _ends[Count];
        _ends[Count--] = null!;
        if (last != end)
        {
            Rise(last, place);
            Sink(last, last.DueIndex);
        }
    }

    private static bool IsBefore(RelayEnd one, RelayEnd other) => one.Due != other.Due ? one.Due < other.Due : one.DueOrder < other.DueOrder;

    private void Rise(RelayEnd end, int place)
    {
        for (; place > 1 && IsBefore(end, _ends[place / 2]); place /= 2)
        {
            Put(_ends[place / 2], place);
        }

        Put(end, place);
    }

    private void Sink(RelayEnd end, int place)
    {
        while (place * 2 <= Count)
        {
            int child = place * 2;
            child += child < Count && IsBefore(_ends[child + 1], _ends[child]) ? 1 : 0;
            if (!IsBefore(_ends[child], end))
            {
                break;
            }

            Put(_ends[child], place);
            place = child;
        }

        Put(end, place);
    }

    private void Put(RelayEnd end, int place)
    {
        _ends[place] = end;
        end.DueIndex = place;
    }
}
