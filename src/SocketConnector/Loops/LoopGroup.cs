using System.Net.Sockets;

namespace SocketConnector.Loops;

/// <summary>The loops of this process, shared by every connector in it. Started by the first that asks; idle, they cost nothing.</summary>
internal sealed class LoopGroup
{
    // The kernel's part of relaying grows with the processors; beyond a few loops the senders and receivers need them more.
    private const int Most = 8;

    /// <summary>Set in runtimeconfig.json or with <see cref="AppContext.SetSwitch"/> before the first connector, it keeps the whole process portable.</summary>
    private const string PortableSwitch = "SocketConnector.PortableEngine";

    // One more for each so many is still even.
    private const int EvenShare = 8;

    private static readonly Lazy<LoopGroup?> _shared = new(TryStart);
    private readonly EventLoop[] _loops;
    private int _next;

    private LoopGroup(EventLoop[] loops) => _loops = loops;

    /// <summary>None where the system is not Linux, or refuses what they need; <see cref="Refusal"/> says what.</summary>
    public static LoopGroup? Shared => _shared.Value;

    /// <summary>Why there are none.</summary>
    public static string? Refusal { get; private set; }

    /// <summary>Whether an epoll of this process is one of theirs.</summary>
    public bool Owns(int epoll) => Array.Exists(_loops, loop => loop.Epoll == epoll);

    public IEnumerable<EventLoop> All => _loops;

    /// <summary>The one that relays least.</summary>
    public EventLoop Pick()
    {
        int first = Interlocked.Increment(ref _next) & int.MaxValue;
        EventLoop least = _loops[first % _loops.Length];
        for (int i = 1; i < _loops.Length; i++)
        {
            EventLoop other = _loops[(first + i) % _loops.Length];
            least = other.Load < least.Load ? other : least;
        }

        return least;
    }

    /// <summary>The one whose thread this is, which spares a change of threads, unless it relays clearly more than another.</summary>
    public EventLoop PickNear()
    {
        EventLoop least = Pick();
        return EventLoop.Current is { } here && here.Load <= least.Load + (least.Load / EvenShare) ? here : least;
    }

    private static LoopGroup? TryStart()
    {
        if (AppContext.TryGetSwitch(PortableSwitch, out bool isPortable) && isPortable)
        {
            Refusal = $"switched off ({PortableSwitch})";
            return null;
        }

        if (!OperatingSystem.IsLinux())
        {
            Refusal = "not Linux";
            return null;
        }

        try
        {
            var loops = new EventLoop[Math.Clamp(Environment.ProcessorCount, 1, Most)];
            for (int i = 0; i < loops.Length; i++)
            {
                loops[i] = new EventLoop(i);
            }

            return new LoopGroup(loops);
        }
        catch (Exception error) when (error is SocketException or DllNotFoundException or EntryPointNotFoundException)
        {
            Refusal = error.Message;
            return null;
        }
    }
}
