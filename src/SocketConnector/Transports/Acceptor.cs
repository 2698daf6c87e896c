using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>Takes the next socket from a listening one, which is its listener's.</summary>
internal abstract class Acceptor
{
    /// <exception cref="SocketException">The system refuses, or the client left before it was accepted.</exception>
    /// <exception cref="ObjectDisposedException">It was stopped, or the listening socket is closed.</exception>
    public abstract ValueTask<ByteStream> AcceptAsync();

    /// <summary>Comes before the listening socket is closed.</summary>
    public abstract void Stop();

    /// <summary>Finishes, and never fails, once what has listened is closed, where that takes its time.</summary>
    public virtual Task ClosedAsync() => Task.CompletedTask;
}

/// <summary>With the runtime's sockets.</summary>
internal sealed class RuntimeAcceptor(Socket listening) : Acceptor
{
    public override async ValueTask<ByteStream> AcceptAsync()
    {
        if (!SpareDescriptors.AreKept())
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }

        try
        {
            return new RuntimeSocket(await listening.AcceptAsync().ConfigureAwait(false));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            DescriptorReserve.RanOut();
            throw;
        }
    }

    public override void Stop()
    {
        // Closing the socket ends it.
    }
}

/// <summary>
/// Accepts on one of the loops; others may accept from the same socket. Continuations run inline on the loop's thread when allowed,
/// which saves two context switches for each connection; they must not block.
/// </summary>
internal sealed class DescriptorAcceptor : Acceptor
{
    private const int MaxInARow = 8;

    private readonly Socket _listening;
    private readonly LoopGroup _loops;
    private readonly EventLoop _loop;
    private readonly DescriptorOrigin _origin;
    private readonly DescriptorWatch _watch;
    private readonly Again _again;
    private int _inARow;
    private volatile bool _isStopped;

    public DescriptorAcceptor(Socket listening, LoopGroup loops, EventLoop loop, DescriptorOrigin origin, bool isInline)
    {
        (_listening, _loops, _loop, _origin, _watch, _again) = (listening, loops, loop, origin, new DescriptorWatch(isInline), new Again(this));
        listening.Blocking = false;
        _loop.WatchShared((int)listening.Handle, _watch);
    }

    public override async ValueTask<ByteStream> AcceptAsync()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_isStopped, typeof(Socket));
            if (++_inARow > MaxInARow && EventLoop.Current == _loop)
            {
                // A full backlog is many connections; those that are there already have their turn in between.
                _inARow = 0;
                _loop.TakeTurn(_again);
                await _watch.Input.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            }

            if (TryAccept(out int failure) is { } accepted)
            {
                return accepted;
            }

            if (failure == Failure.Again)
            {
                _inARow = 0;
                await _watch.Input.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            }
            else if (failure != Failure.Interrupted)
            {
                throw new SocketException((int)Failure.Of(failure));
            }
        }
    }

    public override void Stop()
    {
        _isStopped = true;
        _loop.Forget((int)_listening.Handle);
        _watch.RaiseAll();
    }

    private DescriptorSocket? TryAccept(out int failure)
    {
        int accepted = AcceptCall.Try(_listening, Kernel.NonBlocking, out CompactEndPoint remote, out failure);

        // A client that has reset by now has no name any more; this is where it came from.
        return accepted < 0 ? null : new DescriptorSocket(accepted, _loops.PickNear(), _origin with { Remote = remote });
    }

    private sealed class Again(DescriptorAcceptor acceptor) : ILoopWork
    {
        public void Run() => acceptor._watch.Input.Raise();
    }
}
