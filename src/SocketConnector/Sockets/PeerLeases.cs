using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>What is counted for one peer while it is open, its descriptor among it.</summary>
internal sealed class PeerLeases
{
    private List<ILease>? _leases;
    private bool _isExpecting;
    private bool _isClosed;

    public PeerLeases() => DescriptorReserve.Take();

    public void Add(ILease lease) => (_leases ??= []).Add(lease);

    public void UseUp() => _leases?.ForEach(static lease => lease.UseUp());

    public void ExpectPartner()
    {
        if (Interlocked.Exchange(ref _isExpecting, true) is false)
        {
            DescriptorReserve.Promise(1);
        }
    }

    public void StopExpecting()
    {
        if (Interlocked.Exchange(ref _isExpecting, false))
        {
            DescriptorReserve.Settle(1);
        }
    }

    /// <summary>Once, however often it is called.</summary>
    public void GiveBack()
    {
        if (!Interlocked.Exchange(ref _isClosed, true))
        {
            DescriptorReserve.GiveBack();
            _leases?.ForEach(static lease => lease.GiveBack());
            StopExpecting();
        }
    }
}
