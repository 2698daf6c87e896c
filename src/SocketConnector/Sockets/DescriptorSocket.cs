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
/// <param name="isPromised">Whether its descriptor was promised, and counts already.</param>
internal sealed class DescriptorSocket(int descriptor, EventLoop home, DescriptorOrigin origin, bool isPromised = false) : ByteStream
{
    private DescriptorOrigin _origin = origin;
    private DescriptorHandle _handle = new(descriptor, home, isPromised);

    public override int Descriptor => _handle.Number;

    public override bool IsTcp => _origin.IsTcp;

    public EventLoop Home => _handle.Home;

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
    public override bool? HoldsTail => IsTcp && Unacknowledged > 1;

    public override int Unacknowledged => Queued(Kernel.OutputQueue);

    public override bool IsAtMark
    {
        get
        {
            using DescriptorHandle.Use use = _handle.Enter();
            return IsTcp && DescriptorSettings.IsAtMark(_handle.Number);
        }
    }

    // One that a user gave may linger, or be open elsewhere as well (close(2), socket(7)).
    public override bool EndsByClosing => _origin.Source != DescriptorSource.User;

    public override bool CanEndWait => true;

    public override void CountByItself() => _handle.CountByItself();

    public override void Configure(KeepAliveOptions? keepAlive, TimeSpan? userTimeout)
    {
        if (_origin.Source != DescriptorSource.Accepted)
        {
            using DescriptorHandle.Use use = _handle.Enter();
            DescriptorSettings.Apply(_handle.Number, _origin, keepAlive, userTimeout);
        }

        _origin = _origin.WithoutAddresses();
    }

    public override unsafe SocketError Receive(Span<byte> room, bool peek, out int count)
    {
        using DescriptorHandle.Use use = _handle.Enter();
        fixed (byte* start = room)
        {
            return Answer(Kernel.Receive(_handle.Number, start, (nuint)room.Length, Kernel.DontWait | (peek ? Kernel.Peek : 0)), out count);
        }
    }

    public override unsafe SocketError Send(ReadOnlySpan<byte> chunk, out int count)
    {
        using DescriptorHandle.Use use = _handle.Enter();
        fixed (byte* start = chunk)
        {
            return Answer(Kernel.Send(_handle.Number, start, (nuint)chunk.Length, Kernel.DontWait | Kernel.NoSignal), out count);
        }
    }

    public override ValueTask<int> WaitReadableAsync(CancellationToken cancellationToken)
    {
        // An edge tells of everything that came before it, and an end that came with the last bytes has none of its own. One that was kept
        // may tell of bytes that are read by now: who took its word for it would wait with a buffer in its hands.
        while (true)
        {
            Signal input = _handle.Watch().Input;
            if (Ask(Readiness.Input) != Readiness.None)
            {
                return ValueTask.FromResult(0);
            }

            ValueTask<int> waiting = input.WaitAsync(cancellationToken);
            if (!waiting.IsCompletedSuccessfully)
            {
                return waiting;
            }
        }
    }

    public override void EndWait() => _handle.EndWait();

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

            await _handle.Watch().Output.WaitAsync(cancellationToken).ConfigureAwait(false);
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
        using DescriptorHandle.Use use = _handle.Enter();
        return DescriptorSettings.TakeError(_handle.Number);
    }

    public ValueTask<int> WaitWritableAsync(CancellationToken cancellationToken) => _handle.Watch().Output.WaitAsync(cancellationToken);

    public override int ReadTcpInfo(Span<byte> info)
    {
        using DescriptorHandle.Use use = _handle.Enter();
        return DescriptorSettings.ReadTcpInfo(_handle.Number, info);
    }

    public override void Close() => _handle.Close();

    public override void Reset()
    {
        using (DescriptorHandle.Use use = _handle.TryEnter(out bool isOpen))
        {
            if (isOpen)
            {
                DescriptorSettings.ResetOnClose(_handle.Number);
            }
        }

        Close();
    }

    /// <summary>Moves it to the loop and this watcher. Nothing may wait on it any more. On the loop's thread.</summary>
    /// <exception cref="SocketException">The system refuses.</exception>
    public void HandTo(EventLoop loop, Watched watcher) => _handle.HandTo(loop, watcher);

    /// <summary>Has its loop tell this watcher of it, until another takes over.</summary>
    /// <exception cref="SocketException">The system refuses.</exception>
    public void WatchBy(Watched watcher) => _handle.WatchBy(watcher);

    private SocketError EndSending()
    {
        using DescriptorHandle.Use use = _handle.Enter();
        return Answer(Kernel.Shutdown(_handle.Number, Kernel.ShutSending), out _);
    }

    private CompactEndPoint Named(Func<int, CompactEndPoint> named)
    {
        using DescriptorHandle.Use use = _handle.Enter();
        return named(_handle.Number);
    }

    private int Queued(int queue)
    {
        using DescriptorHandle.Use use = _handle.Enter();
        return DescriptorSettings.Queued(_handle.Number, queue);
    }

    private CompactEndPoint Identified(CompactEndPoint unnamed)
    {
        using DescriptorHandle.Use use = _handle.Enter();
        Span<byte> credentials = stackalloc byte[UnixCredentials.Size];
        return UnixCredentials.Identify(unnamed, credentials[..DescriptorSettings.ReadCredentials(_handle.Number, credentials)]);
    }

    private Readiness Ask(Readiness asked)
    {
        using DescriptorHandle.Use use = _handle.Enter();
        return ReadinessNow.Of(_handle.Number, asked);
    }

    private static SocketError Answer(nint answer, out int count)
    {
        count = (int)Math.Max(answer, 0);
        return answer >= 0 ? SocketError.Success : Failure.Of(Kernel.Failure);
    }
}
