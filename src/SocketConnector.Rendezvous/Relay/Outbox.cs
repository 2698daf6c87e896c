namespace SocketConnector.Rendezvous.Relay;

/// <summary>
/// The pending actions of an end, in order. Posted under the lock of all sessions, carried out outside it by one thread at a time.
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

    /// <summary>Claims the outbox. False if another thread holds it, which then also takes what was posted meanwhile.</summary>
    public bool TryBegin()
    {
        lock (_gate)
        {
            bool begins = !_isEmptying && _posted is not null;
            _isEmptying |= begins;
            return begins;
        }
    }

    /// <summary>Takes everything posted since the last call. Null if there is nothing, and the claim is released.</summary>
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
