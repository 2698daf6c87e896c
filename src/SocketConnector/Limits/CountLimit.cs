using SocketConnector.Sockets;

namespace SocketConnector.Limits;

/// <summary>A limit on a count. Itself the lease of every holder, since a holder has no state.</summary>
internal sealed class CountLimit(int max) : ILease
{
    private int _count;

    public int Max => max;

    public int Count => Volatile.Read(ref _count);

    public bool TryTake()
    {
        int count = Volatile.Read(ref _count);
        while (count < max)
        {
            int before = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (before == count)
            {
                return true;
            }

            count = before;
        }

        return false;
    }

    public void GiveBack() => Interlocked.Decrement(ref _count);

    /// <summary>A joined one still has its place.</summary>
    void ILease.UseUp()
    {
    }
}
