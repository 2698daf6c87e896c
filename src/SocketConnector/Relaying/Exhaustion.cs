using SocketConnector.Joining;
using SocketConnector.Matching;

namespace SocketConnector.Relaying;

/// <summary>Knows when no further connection can come and none is left.</summary>
internal sealed class Exhaustion(PendingQueue pending, ConnectionSet connections)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SideSetup?[] _sides = new SideSetup?[2];
    private int _underWay;
    private long _ever;

    public Task Task => _reached.Task;

    /// <summary>Both sides are open.</summary>
    public void Watch(SideSetup a, SideSetup b)
    {
        Volatile.Write(ref _sides[0], a);
        Volatile.Write(ref _sides[1], b);
    }

    /// <summary>A stream is on its way from here on, to a connection, a place to wait, or its end.</summary>
    public void Enter()
    {
        Interlocked.Increment(ref _ever);
        Interlocked.Increment(ref _underWay);
    }

    /// <summary>It has come to the end of its way.</summary>
    public void Leave()
    {
        Interlocked.Decrement(ref _underWay);
        Check();
    }

    /// <summary>Something has ended.</summary>
    public void Check()
    {
        if (Volatile.Read(ref _sides[0]) is not { } a || Volatile.Read(ref _sides[1]) is not { } b)
        {
            return;
        }

        // A stream on its way would be seen by none of the other questions; if one has set out meanwhile, it will ask again.
        long ever = Volatile.Read(ref _ever);
        if (Volatile.Read(ref _underWay) > 0 || connections.Count > 0)
        {
            return;
        }

        bool comesA = a.IsListening || pending.Count(Side.A) > 0;
        bool comesB = b.IsListening || pending.Count(Side.B) > 0;
        bool pairCanCome = (comesA || comesB) && (comesA || a.Targets is not null) && (comesB || b.Targets is not null);
        if (!pairCanCome && ever == Volatile.Read(ref _ever))
        {
            Reach();
        }
    }

    /// <summary>Whatever could come, the connector is closed.</summary>
    public void Reach() => _reached.TrySetResult();
}
