using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>What is counted for one peer while it is open, and the descriptor that was promised for its partner.</summary>
internal sealed class PeerLeases
{
    private List<ILease>? _leases;
    private bool _isExpecting;
    private bool _isClosed;

    public bool IsExpecting => Volatile.Read(ref _isExpecting);

    public void Add(ILease lease) => (_leases ??= []).Add(lease);

    public void UseUp() => _leases?.ForEach(static lease => lease.UseUp());

    public void ExpectPartner() => Volatile.Write(ref _isExpecting, true);

    public void StopExpecting()
    {
        if (Interlocked.Exchange(ref _isExpecting, false))
        {
            DescriptorReserve.Settle();
        }
    }

    /// <summary>Once, however often it is called.</summary>
    public void GiveBack()
    {
        if (!Interlocked.Exchange(ref _isClosed, true))
        {
            _leases?.ForEach(static lease => lease.GiveBack());
            StopExpecting();
        }
    }
}
