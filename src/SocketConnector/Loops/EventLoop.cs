using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SocketConnector.Loops;

/// <summary>
/// A thread that waits for its descriptors (epoll(7), edge-triggered) and wakes their watchers. What has more to do than fits
/// one turn takes its next after all others had theirs, and what has just become ready goes before that.
/// </summary>
internal sealed unsafe class EventLoop
{
    /// <summary>Bytes that large flows move between two looks at what has become ready. A turn that starts within them may use as many again.</summary>
    public const int Budget = 512 * 1024;

    private const int Add = 1;
    private const int Delete = 2;
    private const int Modify = 3;
    private const uint EdgeTriggered = 1u << 31;
    private const int MaxEvents = 256;
    private const Readiness Everything = Readiness.Input | Readiness.Urgent | Readiness.Output | Readiness.Ended;

    // Events at once, from which on others are taken to be waiting for a processor as well.
    private const int Crowd = 4;

    // In milliseconds: what nearly always happens by itself has happened by then.
    private const int Brief = 5;

    [ThreadStatic]
    private static EventLoop? _current;

    // struct epoll_event is packed on x64 alone (sys/epoll.h, __EPOLL_PACKED).
    private static readonly int _eventSize = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int _dataAt = _eventSize - 8;

    private readonly WatchTable _watched = new();
    private readonly ConcurrentQueue<ILoopWork> _posted = new();
    private readonly Queue<ILoopWork> _turns = new();
    private readonly Queue<(long Due, ILoopWork Work)> _later = new();
    private readonly byte* _events = (byte*)NativeMemory.AllocZeroed((nuint)(MaxEvents * 16));
    private readonly int _wake;
    private int _isAwake = 1;
    private int _load;
    private int _left;

    /// <exception cref="SocketException">The system refuses epoll(7) or eventfd(2).</exception>
    public EventLoop(int number)
    {
        Epoll = Demand(Kernel.CreateEpoll(Kernel.CloseOnExec));
        _wake = Demand(Kernel.EventDescriptor(0, Kernel.CloseOnExec | Kernel.NonBlocking));
        Demand(Control(Add, _wake, Readiness.Input));
        new Thread(Run, maxStackSize: 512 * 1024) { Name = $"relay loop {number}", IsBackground = true }.UnsafeStart();
    }

    /// <summary>The one whose thread this is.</summary>
    public static EventLoop? Current => _current;

    /// <summary>Its epoll(7).</summary>
    public int Epoll { get; }

    /// <summary>How many connections it relays.</summary>
    public int Load => Volatile.Read(ref _load);

    /// <summary>Where bytes pass through on this loop's thread, within one call.</summary>
    public LoopMemory Memory { get; } = new();

    /// <summary>What large flows on this loop go through. On the loop's thread only.</summary>
    public PipePool Pipes { get; } = new(TimeProvider.System);

    /// <summary>Whether the caller is on its thread.</summary>
    public bool IsHere => _current == this;

    public void AddLoad(int change) => Interlocked.Add(ref _load, change);

    /// <summary>Tells of everything that happens on a descriptor, and of what it is ready for now. May take it over from another watcher on this loop.</summary>
    /// <exception cref="SocketException">The system refuses: no memory, or too many watches (max_user_watches).</exception>
    public void Watch(int descriptor, Watched watcher)
    {
        _watched.Set(descriptor, watcher);
        if (Control(Add, descriptor, Everything) == 0)
        {
            return;
        }

        // Watched on this loop already: asking anew tells again what it is ready for.
        int failure = Kernel.Failure;
        if (failure != Failure.Exists || Control(Modify, descriptor, Everything) != 0)
        {
            failure = failure == Failure.Exists ? Kernel.Failure : failure;
            _watched.Set(descriptor, null);
            throw new SocketException((int)Failure.Of(failure));
        }
    }

    /// <summary>Tells of what comes in on a descriptor that several loops watch: one of them for each, whichever is not at work.</summary>
    /// <exception cref="SocketException">The system refuses.</exception>
    public void WatchShared(int descriptor, Watched watcher)
    {
        _watched.Set(descriptor, watcher);
        if (Control(Add, descriptor, Readiness.Input | Readiness.Exclusive) != 0)
        {
            int failure = Kernel.Failure;
            _watched.Set(descriptor, null);
            throw new SocketException((int)Failure.Of(failure));
        }
    }

    /// <summary>Tells no more, and so comes before the descriptor is closed; closing ends the rest.</summary>
    public void Forget(int descriptor) => _watched.Set(descriptor, null);

    /// <summary>Ends the watching of a descriptor that stays open.</summary>
    public void Release(int descriptor)
    {
        _watched.Set(descriptor, null);
        Control(Delete, descriptor, Readiness.None);
    }

    /// <summary>Runs the work on the loop's thread: at once where this is it.</summary>
    public void Post(ILoopWork work)
    {
        if (IsHere)
        {
            Do(work);
            return;
        }

        _posted.Enqueue(work);
        if (Interlocked.Exchange(ref _isAwake, 1) == 0)
        {
            ulong one = 1;
            Kernel.Write(_wake, &one, sizeof(ulong));
        }
    }

    /// <summary>Bytes were moved, which leaves fewer for the turns that follow. On the loop's thread only.</summary>
    public void Spend(int bytes) => _left -= bytes;

    /// <summary>Asks for another turn, after all others. On the loop's thread only.</summary>
    public void TakeTurn(ILoopWork work) => _turns.Enqueue(work);

    /// <summary>Runs the work a few milliseconds from now. Spares a timer for what is rarely needed. On the loop's thread only.</summary>
    public void Later(ILoopWork work) => _later.Enqueue((Environment.TickCount64 + Brief, work));

    private void Run()
    {
        _current = this;
        while (true)
        {
            int count = Kernel.WaitEpoll(Epoll, _events, MaxEvents, IsIdle() ? UntilNext() : 0);
            Volatile.Write(ref _isAwake, 1);
            _left = Budget;
            for (int i = 0; i < count; i++)
            {
                byte* happened = _events + (i * _eventSize);
                Dispatch((int)*(long*)(happened + _dataAt), (Readiness)(*(uint*)happened));
            }

            if (count >= Crowd)
            {
                // The peers just written to can run now, and not only when the scheduler's tick ends this thread's time.
                Thread.Yield();
            }

            while (_posted.TryDequeue(out ILoopWork? work))
            {
                Do(work);
            }

            while (_later.TryPeek(out (long Due, ILoopWork Work) first) && first.Due <= Environment.TickCount64)
            {
                _later.Dequeue();
                Do(first.Work);
            }

            RunTurns();
            Pipes.Trim();
        }
    }

    /// <summary>One turn at least, then as many as the budget has bytes for; each at most once, so that what asks again waits behind new events.</summary>
    private void RunTurns()
    {
        for (int turns = _turns.Count; turns > 0; turns--)
        {
            Do(_turns.Dequeue());
            if (_left <= 0)
            {
                return;
            }
        }
    }

    private int UntilNext() => _later.TryPeek(out (long Due, ILoopWork Work) first)
        ? (int)Math.Max(0, first.Due - Environment.TickCount64)
        : Pipes.UntilTrim();

    private bool IsIdle()
    {
        if (_turns.Count > 0)
        {
            return false;
        }

        // A post after this wakes the loop; one before it is seen now.
        Interlocked.Exchange(ref _isAwake, 0);
        return _posted.IsEmpty;
    }

    private void Dispatch(int descriptor, Readiness readiness)
    {
        if (descriptor == _wake)
        {
            ulong ignored;
            Kernel.Read(_wake, &ignored, sizeof(ulong));
        }
        else if (_watched.Find(descriptor) is { } watched)
        {
            try
            {
                watched.WhenReady(readiness);
            }
            catch (Exception error)
            {
                LoopFault.Handle(error, watched.WhenFaulted);
            }
        }
    }

    private static void Do(ILoopWork work)
    {
        try
        {
            work.Run();
        }
        catch (Exception error)
        {
            LoopFault.Handle(error, work.WhenFaulted);
        }
    }

    private int Control(int operation, int descriptor, Readiness wanted)
    {
        byte* interest = stackalloc byte[16];
        *(uint*)interest = (uint)wanted | EdgeTriggered;
        *(long*)(interest + _dataAt) = descriptor;
        return Kernel.ControlEpoll(Epoll, operation, descriptor, interest);
    }

    private static int Demand(int answer) => answer >= 0 ? answer : throw new SocketException((int)Failure.Of(Kernel.Failure));
}
