namespace SocketConnector.Admission;

/// <summary>The peers whose admission waits for something, in the order in which that began. A chain through their contexts.</summary>
internal sealed class AdmittingSet
{
    private readonly Lock _gate = new();
    private AdmissionContext? _first;
    private AdmissionContext? _last;

    public int Count { get; private set; }

    public void Add(AdmissionContext context)
    {
        lock (_gate)
        {
            context.Before = _last;
            if (_last is null)
            {
                _first = context;
            }
            else
            {
                _last.After = context;
            }

            _last = context;
            Count++;
        }
    }

    public void Remove(AdmissionContext context)
    {
        lock (_gate)
        {
            (AdmissionContext? before, AdmissionContext? after) = (context.Before, context.After);
            if (before is null)
            {
                _first = after;
            }
            else
            {
                before.After = after;
            }

            if (after is null)
            {
                _last = before;
            }
            else
            {
                after.Before = before;
            }

            (context.Before, context.After) = (null, null);
            Count--;
        }
    }

    public IReadOnlyCollection<AdmittingPeer> Snapshot()
    {
        List<AdmittingPeer> peers = [];
        lock (_gate)
        {
            for (AdmissionContext? context = _first; context is not null; context = context.After)
            {
                peers.Add(new AdmittingPeer(context.Peer.Peer, context.Stage ?? ""));
            }
        }

        return peers;
    }
}
