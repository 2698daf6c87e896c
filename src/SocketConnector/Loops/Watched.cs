namespace SocketConnector.Loops;

/// <summary>What a loop wakes when something happens on a descriptor.</summary>
internal abstract class Watched
{
    /// <summary>
    /// Called on the loop's thread, which everything else on the loop waits for. An event proves nothing: it may be about what
    /// was taken already.
    /// </summary>
    public abstract void WhenReady(Readiness readiness);

    /// <summary>Called when that threw, which is reported already. What depends on it ends here, or would wait for ever.</summary>
    public virtual void WhenFaulted(Exception error)
    {
        // Most only wake something that waits elsewhere.
    }
}

/// <summary>epoll_ctl(2).</summary>
[Flags]
internal enum Readiness
{
    None = 0,

    /// <summary>EPOLLIN: there is something to read, or the end.</summary>
    Input = 0x1,

    /// <summary>EPOLLPRI: urgent data is on its way, at whose mark reads stop short (tcp(7)).</summary>
    Urgent = 0x2,

    /// <summary>EPOLLOUT: there is room to write.</summary>
    Output = 0x4,

    /// <summary>EPOLLERR.</summary>
    Error = 0x8,

    /// <summary>EPOLLHUP: both directions have ended.</summary>
    HangUp = 0x10,

    /// <summary>EPOLLRDHUP: the peer has ended its half.</summary>
    Ended = 0x2000,

    /// <summary>EPOLLEXCLUSIVE: of several that wait, one is told.</summary>
    Exclusive = 1 << 28,

    /// <summary>The stream from the peer has an end, in order or not, which may be behind bytes that were not read yet.</summary>
    Ending = Error | HangUp | Ended,

    /// <summary>Whatever makes a read worth a try.</summary>
    Readable = Input | Urgent | Ending,

    /// <summary>Whatever makes a write worth a try.</summary>
    Writable = Output | Error | HangUp,
}

/// <summary>Work that must be done on a loop's thread.</summary>
internal interface ILoopWork
{
    void Run();

    /// <summary>Called when that threw, which is reported already. What depends on it ends here, or would wait for ever.</summary>
    void WhenFaulted(Exception error)
    {
        // Most only wake something that waits elsewhere.
    }
}
