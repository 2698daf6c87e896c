namespace SocketConnector.Rendezvous.Relay;

/// <summary>
/// What an end is told, in order. It is posted under the lock of all sessions, and carried out outside of it by one thread at a time.
/// </summary>
internal sealed class Outbox
{
    private readonly Lock _gate = new();
    private List<Outgoing>? _posted;
    private bool _isEmptying;

    public void Post(Outgoing one)
    {
        lock (_gate)
        {
            (_posted ??= new List<Outgoing>(2)).Add(one);
        }
    }

    /// <summary>Makes the caller the one who carries it out, unless somebody is at it, who then takes what was posted meanwhile as well.</summary>
    public bool TryBegin()
    {
        lock (_gate)
        {
            bool begins = !_isEmptying && _posted is not null;
            _isEmptying |= begins;
            return begins;
        }
    }

    /// <summary>All that was posted since; nothing, and then the caller is done.</summary>
    public List<Outgoing>? Take()
    {
        lock (_gate)
        {
            List<Outgoing>? posted = _posted;
            _posted = null;
            _isEmptying = posted is not null;
            return posted;
        }
    }
}
