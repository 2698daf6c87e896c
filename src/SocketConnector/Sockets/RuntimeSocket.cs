using System.Net.Sockets;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>The runtime's own socket, on every system.</summary>
internal sealed class RuntimeSocket : ByteStream
{
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;

    private readonly Socket _socket;
    private readonly CompactEndPoint _remote;
    private bool _isPromised;
    private bool _isClosed;

    /// <param name="socket">Owned from here on.</param>
    /// <param name="remote">The peer's end, if that is known already.</param>
    /// <param name="isPromised">Whether its descriptor was promised, and counts already.</param>
    public RuntimeSocket(Socket socket, CompactEndPoint remote = default, bool isPromised = false)
    {
        (_socket, _remote, _isPromised) = (socket, remote, isPromised);
        DescriptorReserve.Take(isPromised: isPromised);
    }

    public override bool IsTcp => _socket.ProtocolType == ProtocolType.Tcp;

    public override CompactEndPoint Remote
    {
        get
        {
            CompactEndPoint known = _remote.IsKnown ? _remote : EndPointOf(isRemote: true);
            return known.IsUnnamedUnix ? Identified(known) : known;
        }
    }

    public override CompactEndPoint Local => EndPointOf(isRemote: false);

    public override int Available => _socket.Available;

    // The end counts as a byte, until the peer has acknowledged it.
    public override bool? HoldsTail => !IsTcp ? false : OperatingSystem.IsLinux() ? Unacknowledged > 1 : null;

    public override int Unacknowledged => OperatingSystem.IsLinux() ? OnDescriptor(static descriptor => DescriptorSettings.Queued(descriptor, Kernel.OutputQueue)) : 0;

    public override bool IsAtMark => IsTcp && OperatingSystem.IsLinux() && OnDescriptor(DescriptorSettings.IsAtMark);

    public override void Configure(KeepAliveOptions? keepAlive, TimeSpan? userTimeout) => SocketSettings.Apply(_socket, keepAlive, userTimeout);

    public override SocketError Receive(Span<byte> room, bool peek, out int count)
    {
        count = _socket.Receive(room, peek ? SocketFlags.Peek : SocketFlags.None, out SocketError error);
        return error;
    }

    public override SocketError Send(ReadOnlySpan<byte> chunk, out int count)
    {
        count = _socket.Send(chunk, SocketFlags.None, out SocketError error);
        return error;
    }

    public override ValueTask<int> WaitReadableAsync(CancellationToken cancellationToken) =>
        _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);

    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken) =>
        _socket.SendAsync(chunk, SocketFlags.None, cancellationToken);

    public override ValueTask EndSendingAsync(CancellationToken cancellationToken)
    {
        _socket.Shutdown(SocketShutdown.Send);
        return ValueTask.CompletedTask;
    }

    public override Readiness Look()
    {
        if (OperatingSystem.IsLinux())
        {
            // The runtime's own question takes urgent data for an error (poll(2), POLLPRI).
            return OnDescriptor(static descriptor => ReadinessNow.Of(descriptor, Readiness.Input | Readiness.Output | Readiness.Ended));
        }

        Readiness now = _socket.Poll(0, SelectMode.SelectError) ? Readiness.Error : Readiness.None;
        return IsTcp && _socket.Send(ReadOnlySpan<byte>.Empty, SocketFlags.None, out SocketError error) == 0 && error is not (SocketError.Success or SocketError.WouldBlock)
            ? now | Readiness.HangUp
            : now;
    }

    public override int ReadTcpInfo(Span<byte> info) =>
        OperatingSystem.IsLinux() && IsTcp ? _socket.GetRawSocketOption(TcpLevel, TcpInfo, info) : 0;

    public override void CountByItself()
    {
        if (Interlocked.Exchange(ref _isPromised, false))
        {
            DescriptorReserve.CountByItself();
        }
    }

    public override void Close()
    {
        _socket.Dispose();
        GiveBack();
    }

    // A timeout of zero sets SO_LINGER to zero, which makes close(2) send a RST.
    public override void Reset()
    {
        _socket.Close(timeout: 0);
        GiveBack();
    }

    private void GiveBack()
    {
        if (!Interlocked.Exchange(ref _isClosed, true))
        {
            DescriptorReserve.GiveBack(isPromised: _isPromised);
        }
    }

    private T OnDescriptor<T>(Func<int, T> ask)
    {
        bool isHeld = false;
        try
        {
            _socket.SafeHandle.DangerousAddRef(ref isHeld);
            return ask((int)_socket.SafeHandle.DangerousGetHandle());
        }
        finally
        {
            if (isHeld)
            {
                _socket.SafeHandle.DangerousRelease();
            }
        }
    }

    private CompactEndPoint Identified(CompactEndPoint unnamed)
    {
        if (!OperatingSystem.IsLinux())
        {
            return unnamed;
        }

        try
        {
            Span<byte> credentials = stackalloc byte[UnixCredentials.Size];
            return UnixCredentials.Identify(unnamed, credentials[.._socket.GetRawSocketOption(UnixCredentials.Level, UnixCredentials.Name, credentials)]);
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            return unnamed;
        }
    }

    private CompactEndPoint EndPointOf(bool isRemote)
    {
        try
        {
            return CompactEndPoint.Of(isRemote ? _socket.RemoteEndPoint : _socket.LocalEndPoint);
        }
        catch (Exception)
        {
            // A peer that reset at once has no end point any more, and for one that the runtime cannot read it throws what it
            // likes. A name is no reason to lose the peer.
            return default;
        }
    }
}
