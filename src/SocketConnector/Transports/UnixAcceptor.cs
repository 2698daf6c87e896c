using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>
/// Accepts from a Unix socket of Linux for the portable engine. The runtime's own accept has room for an address as long as the
/// listener's; a client that is bound to a longer path makes it throw on a thread of its own, which ends the process.
/// </summary>
internal sealed class UnixAcceptor : Acceptor
{
    private static readonly Lazy<EventLoop?> _loop = new(TryStart);

    private readonly Socket _listening;
    private readonly EventLoop _waiting;
    private readonly DescriptorWatch _watch = new(isInline: false);
    private volatile bool _isStopped;

    private UnixAcceptor(Socket listening, EventLoop waiting)
    {
        (_listening, _waiting) = (listening, waiting);
        listening.Blocking = false;
        waiting.WatchShared((int)listening.Handle, _watch);
    }

    /// <returns>None where this is not Linux, or nothing can be waited for but with the runtime.</returns>
    /// <exception cref="SocketException">The system refuses to watch it.</exception>
    public static UnixAcceptor? TryMake(Socket listening) =>
        listening.AddressFamily == AddressFamily.Unix && _loop.Value is { } waiting ? new UnixAcceptor(listening, waiting) : null;

    public override async ValueTask<ByteStream> AcceptAsync()
    {
        while (true)
        {
            ObjectDisposedException.ThrowIf(_isStopped, typeof(Socket));
            int accepted = AcceptCall.Try(_listening, flags: 0, out CompactEndPoint remote, out int failure);
            if (accepted >= 0)
            {
                // Owned by the handle before anything can fail.
                var handle = new SafeSocketHandle(accepted, ownsHandle: true);
                try
                {
                    return new RuntimeSocket(new Socket(handle), remote);
                }
                catch
                {
                    handle.Dispose();
                    throw;
                }
            }

            if (failure == Failure.Again)
            {
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
        _waiting.Forget((int)_listening.Handle);
        _watch.RaiseAll();
    }

    /// <summary>A loop of its own, which moves no bytes: the process may have been told to do without the others.</summary>
    private static EventLoop? TryStart()
    {
        try
        {
            return OperatingSystem.IsLinux() ? new EventLoop(number: -1) : null;
        }
        catch (Exception error) when (error is SocketException or DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }
}
