using System.Net.Sockets;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>
/// A bare descriptor of Linux. The runtime does not know of it, so an event loop can have it for itself; what waits on it
/// before that waits with the same loop.
/// </summary>
/// <param name="descriptor">Owned from here on.</param>
/// <param name="home">The loop that watches it once something waits.</param>
/// <param name="origin">Its addresses are forgotten once the socket is configured.</param>
internal sealed class DescriptorSocket(int descriptor, EventLoop home, DescriptorOrigin origin) : ByteStream
{
    private const int Closed = 1 << 30;
    private const int Gone = 1 << 29;

    private EventLoop _home = home;
    private DescriptorOrigin _origin = origin;
    private DescriptorWatch? _watch;

    // How many calls are under way, so that no number is closed, and given to another socket, under a call that uses it.
    private int _users;

    public override int Descriptor => descriptor;

    public override bool IsTcp => _origin.IsTcp;

    public EventLoop Home => Volatile.Read(ref _home);

    public override CompactEndPoint Remote
    {
        get
        {
            CompactEndPoint remote = _origin is { Remote: { IsKnown: true } accepted } ? accepted : Named(KernelAddress.OfPeer);
            return remote.IsUnnamedUnix ? Identified(remote) : remote;
        }
    }

    public override CompactEndPoint Local => _origin is { Local: { IsKnown: true } local } ? local : Named(KernelAddress.OfOwn);

    public override int Available => Queued(Kernel.InputQueue);

    // The end counts as a byte, until the peer has acknowledged it.
    public override bool? HoldsTail => IsTcp && Queued(Kernel.OutputQueue) > 1;

    public override bool IsAtMark
    {
        get
        {
            using Use use = Enter();
            return IsTcp && DescriptorSettings.IsAtMark(descriptor);
        }
    }

    // One that a user gave may linger, or be open elsewhere as well (close(2), socket(7)).
    public override bool EndsByClosing => _origin.Source != DescriptorSource.User;

    public override void Configure(KeepAliveOptions? keepAlive, TimeSpan? userTimeout)
    {
        if (_origin.Source != DescriptorSource.Accepted)
        {
            using Use use = Enter();
            DescriptorSettings.Apply(descriptor, _origin, keepAlive, userTimeout);
        }

        _origin = _origin.WithoutAddresses();
    }

    public override unsafe SocketError Receive(Span<byte> room, bool peek, out int count)
    {
        using Use use = Enter();
        fixed (byte* start = room)
        {
            return Answer(Kernel.Receive(descriptor, start, (nuint)room.Length, Kernel.DontWait | (peek ? Kernel.Peek : 0)), out count);
        }
    }

    public override unsafe SocketError Send(ReadOnlySpan<byte> chunk, out int count)
    {
        using Use use = Enter();
        fixed (byte* start = chunk)
        {
            return Answer(Kernel.Send(descriptor, start, (nuint)chunk.Length, Kernel.DontWait | Kernel.NoSignal), out count);
        }
    }

    public override ValueTask<int> WaitReadableAsync(CancellationToken cancellationToken)
    {
        // An edge tells of everything that came before it, and an end that came with the last bytes has none of its own.
        Signal input = Watch().Input;
        return Ask(Readiness.Input) != Readiness.None ? ValueTask.FromResult(0) : input.WaitAsync(cancellationToken);
    }

    public override async ValueTask<int> SendAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken)
    {
        while (true)
        {
            SocketError error = Send(chunk.Span, out int count);
            if (error == SocketError.Success)
            {
                return count;
            }

            if (error != SocketError.WouldBlock)
            {
                throw new SocketException((int)error);
            }

            await Watch().Output.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public override ValueTask EndSendingAsync(CancellationToken cancellationToken)
    {
        SocketError error = EndSending();
        return error == SocketError.Success ? ValueTask.CompletedTask : throw new SocketException((int)error);
    }

    public override Readiness Look() => Ask(Readiness.Input | Readiness.Output | Readiness.Ended);

    /// <summary>Whether there is room to write, or a failure; for a socket that connects, whether it has finished.</summary>
    public bool IsWritable(out bool hasFailed)
    {
        Readiness answer = Ask(Readiness.Output);
        hasFailed = (answer & Readiness.Error) != Readiness.None;
        return answer != Readiness.None;
    }

    /// <summary>Takes the error that the system holds against it, which forgets it.</summary>
    public SocketError TakeError()
    {
        using Use use = Enter();
        return DescriptorSettings.TakeError(descriptor);
    }

    public ValueTask<int> WaitWritableAsync(CancellationToken cancellationToken) => Watch().Output.WaitAsync(cancellationToken);

    public override int ReadTcpInfo(Span<byte> info)
    {
        using Use use = Enter();
        return DescriptorSettings.ReadTcpInfo(descriptor, info);
    }

    public override void Close()
    {
        // Closing is a call under way as well: until it has left, the number is not free, and what the loop forgets is this socket.
        Interlocked.Increment(ref _users);
        if ((Interlocked.Or(ref _users, Closed) & Closed) == 0)
        {
            Home.Forget(descriptor);
        }

        Leave();
    }

    public override void Reset()
    {
        using (Use use = TryEnter(out bool isOpen))
        {
            if (isOpen)
            {
                DescriptorSettings.ResetOnClose(descriptor);
            }
        }

        Close();
    }

    /// <summary>Moves it to the loop and this watcher. Nothing may wait on it any more. On the loop's thread.</summary>
    /// <exception cref="SocketException">The system refuses.</exception>
    public void HandTo(EventLoop loop, Watched watcher)
    {
        using Use use = Enter();
        if (_home != loop)
        {
            _home.Release(descriptor);
            Volatile.Write(ref _home, loop);
        }

        loop.Watch(descriptor, watcher);
        _watch = null;
    }

    /// <summary>Has its loop tell this watcher of it, until another takes over.</summary>
    /// <exception cref="SocketException">The system refuses.</exception>
    public void WatchBy(Watched watcher)
    {
        using Use use = Enter();
        Home.Watch(descriptor, watcher);
    }

    private SocketError EndSending()
    {
        using Use use = Enter();
        return Answer(Kernel.Shutdown(descriptor, Kernel.ShutSending), out _);
    }

    private DescriptorWatch Watch()
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
            Home.Watch(descriptor, watch);
            return watch;
        }
        catch
        {
            // The system watches no more; what waits later asks it again.
            Volatile.Write(ref _watch, null);
            throw;
        }
    }

    private CompactEndPoint Named(Func<int, CompactEndPoint> named)
    {
        using Use use = Enter();
        return named(descriptor);
    }

    private int Queued(int queue)
    {
        using Use use = Enter();
        return DescriptorSettings.Queued(descriptor, queue);
    }

    private CompactEndPoint Identified(CompactEndPoint unnamed)
    {
        using Use use = Enter();
        Span<byte> credentials = stackalloc byte[UnixCredentials.Size];
        return UnixCredentials.Identify(unnamed, credentials[..DescriptorSettings.ReadCredentials(descriptor, credentials)]);
    }

    private Readiness Ask(Readiness asked)
    {
        using Use use = Enter();
        return ReadinessNow.Of(descriptor, asked);
    }

    private static SocketError Answer(nint answer, out int count)
    {
        count = (int)Math.Max(answer, 0);
        return answer >= 0 ? SocketError.Success : Failure.Of(Kernel.Failure);
    }

    private Use Enter()
    {
        Use use = TryEnter(out bool isOpen);
        ObjectDisposedException.ThrowIf(!isOpen, typeof(Socket));
        return use;
    }

    private Use TryEnter(out bool isOpen)
    {
        isOpen = (Interlocked.Increment(ref _users) & Closed) == 0;
        if (!isOpen)
        {
            Leave();
        }

        return new Use(isOpen ? this : null);
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == Closed)
        {
            Finish();
        }
    }

    /// <summary>Closes, once, when that was asked for and no call is under way; then wakes what waits.</summary>
    private void Finish()
    {
        if (Interlocked.CompareExchange(ref _users, Closed | Gone, Closed) == Closed)
        {
            Kernel.Close(descriptor);
            Volatile.Read(ref _watch)?.RaiseAll();
        }
    }

    private readonly ref struct Use(DescriptorSocket? socket)
    {
        public void Dispose() => socket?.Leave();
    }
}
