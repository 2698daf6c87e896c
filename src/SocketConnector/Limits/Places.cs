using SocketConnector.Sockets;

namespace SocketConnector.Limits;

/// <summary>So many at once. Is itself the lease of each that has a place.</summary>
internal sealed class Places(int most) : ILease
{
    private int _count;

    public int Most => most;

    public int Count => Volatile.Read(ref _count);

    public bool TryTake()
    {
        int count = Volatile.Read(ref _count);
        while (count < most)
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
