using System.Runtime.InteropServices;
using SocketConnector.Sockets;

namespace SocketConnector.Limits;

/// <summary>A limit on the count of each address. Remembers an address only while there is one from it.</summary>
internal sealed class AddressCounts(int max)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, int> _counts = [];

    public int Max => max;

    /// <summary>How many addresses there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _counts.Count;
            }
        }
    }

    public bool TryTake(UInt128 address)
    {
        lock (_gate)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrAddDefault(_counts, address, out _);
            if (count >= max)
            {
                return false;
            }

            count++;
            return true;
        }
    }

    public void GiveBack(UInt128 address)
    {
        lock (_gate)
        {
            ref int count = ref CollectionsMarshal.GetValueRefOrNullRef(_counts, address);
            if (--count == 0)
            {
                _counts.Remove(address);
            }
        }
    }

    /// <summary>The place of one from the address.</summary>
    public ILease LeaseOf(UInt128 address) => new Lease(this, address);

    private sealed class Lease(AddressCounts counts, UInt128 address) : ILease
    {
        public void GiveBack() => counts.GiveBack(address);

        /// <summary>A joined one still has its place.</summary>
        public void UseUp()
        {
        }
    }
}
