using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>
/// A descriptor that several threads use, and what watches it. It is closed once that was asked for and no call is under way, or its number
/// would be given to another socket under a call that uses it. A struct, because thousands idle: its owner's field, and never copied.
/// </summary>
/// <param name="number">Owned from here on.</param>
/// <param name="home">The loop that watches it once something waits.</param>
/// <param name="isPromised">Whether it was promised, and counts already.</param>
internal struct DescriptorHandle(int number, EventLoop home, bool isPromised)
{
    private const int Closed = 1 << 30;
    private const int Gone = 1 << 29;
    private const int Promised = 1 << 28;

    private EventLoop _home = home;
    private DescriptorWatch? _watch;

    // How many calls are under way, and the flags above.
    private int _users = Taken(isPromised);

    public readonly int Number => number;

    public EventLoop Home => Volatile.Read(ref _home);

    /// <inheritdoc cref="ByteStream.CountByItself"/>
    public void CountByItself()
    {
        if ((Interlocked.And(ref _users, ~Promised) & Promised) != 0)
        {
            DescriptorReserve.CountByItself();
        }
    }

    /// <summary>A call begins, and lasts until this is disposed.</summary>
    /// <exception cref="ObjectDisposedException">It is closed.</exception>
    [UnscopedRef]
    public Use Enter()
    {
        Use use = TryEnter(out bool isOpen);
        ObjectDisposedException.ThrowIf(!isOpen, typeof(Socket));
        return use;
    }

    /// <inheritdoc cref="Enter"/>
    [UnscopedRef]
    public Use TryEnter(out bool isOpen)
    {
        isOpen = (Interlocked.Increment(ref _users) & Closed) == 0;
        if (isOpen)
        {
            return new Use(ref this);
        }

        Leave();
        return default;
    }

    public void Close()
    {
        // Closing is a call under way as well: until it has left, the number is not free, and what the loop forgets is this socket.
        Interlocked.Increment(ref _users);
        if ((Interlocked.Or(ref _users, Closed) & Closed) == 0)
        {
            Home.Forget(number);
        }

        Leave();
    }

    /// <summary>What wakes those that wait; has the loop begin to tell it, if it does not yet.</summary>
    /// <exception cref="SocketException">The system refuses.</exception>
    public DescriptorWatch Watch()
    {
        using Use use = Enter();
        if (Volatile.Read(ref _watch) is { } watch)
        {
            return watch;
        }

        watch = new DescriptorWatch(isInline: false);
        if (Interlocked.CompareExchange(ref _watch, watch, null) is { } earlier)
        {
            return earlier;
        }

        try
        {
            Home.Watch(number, watch);
            return watch;
        }
        catch
        {
            // The system watches no more. What waits later asks it again, and so does what has begun to wait by now.
            Volatile.Write(ref _watch, null);
            watch.RaiseAll();
            throw;
        }
    }

    /// <summary>Ends a wait for input, if one is under way.</summary>
    public void EndWait() => Volatile.Read(ref _watch)?.Input.Raise();

    /// <inheritdoc cref="DescriptorSocket.WatchBy"/>
    public void WatchBy(Watched watcher)
    {
        using Use use = Enter();
        Home.Watch(number, watcher);
    }

    /// <inheritdoc cref="DescriptorSocket.HandTo"/>
    public void HandTo(EventLoop loop, Watched watcher)
    {
        using Use use = Enter();
        if (_home != loop)
        {
            _home.Release(number);
            Volatile.Write(ref _home, loop);
        }

        loop.Watch(number, watcher);
        _watch = null;
    }

    private static int Taken(bool isPromised)
    {
        DescriptorReserve.Take(isPromised: isPromised);
        return isPromised ? Promised : 0;
    }

    private void Leave()
    {
        if ((Interlocked.Decrement(ref _users) & ~Promised) == Closed)
        {
            Finish();
        }
    }

    /// <summary>Closes, once, when that was asked for and no call is under way; then wakes what waits.</summary>
    private void Finish()
    {
        int closed = Volatile.Read(ref _users);
        if ((closed & ~Promised) == Closed && Interlocked.CompareExchange(ref _users, closed | Gone, closed) == closed)
        {
            Kernel.Close(number);
            DescriptorReserve.GiveBack(isPromised: (closed & Promised) != 0);
            Volatile.Read(ref _watch)?.RaiseAll();
        }
    }

    /// <summary>A call that is under way.</summary>
    public readonly ref struct Use(ref DescriptorHandle handle)
    {
        private readonly ref DescriptorHandle _handle = ref handle;

        public void Dispose()
        {
            if (!Unsafe.IsNullRef(ref _handle))
            {
                _handle.Leave();
            }
        }
    }
}
