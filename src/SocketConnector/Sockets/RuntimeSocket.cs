using System.Net.Sockets;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>The runtime's own socket, on every system.</summary>
/// <param name="socket">Owned from here on.</param>
/// <param name="remote">The peer's end, if that is known already.</param>
internal sealed class RuntimeSocket(Socket socket, CompactEndPoint remote = default) : ByteStream
{
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;

    public override bool IsTcp => socket.ProtocolType == ProtocolType.Tcp;

    public override CompactEndPoint Remote
    {
        get
        {
            CompactEndPoint known = remote.IsKnown ? remote : EndPointOf(isRemote: true);
            return known.IsUnnamedUnix ? Identified(known) : known;
        }
    }

    public override CompactEndPoint Local => EndPointOf(isRemote: false);

    public override int Available => socket.Available;

    // The end counts as a byte, until the peer has acknowledged it.
    public override bool? HoldsTail => !IsTcp ? false : OperatingSystem.IsLinux() ? OnDescriptor(static descriptor => DescriptorSettings.Queued(descriptor, Kernel.OutputQueue)) > 1 : null;

    public override bool IsAtMark => IsTcp && OperatingSystem.IsLinux() && OnDescriptor(DescriptorSettings.IsAtMark);

    public override void Configure(KeepAliveOptions? keepAlive, TimeSpan? userTimeout) => SocketSettings.Apply(socket, keepAlive, userTimeout);

    public override SocketError Receive(Span<byte> room, bool peek, out int count)
    {
        count = socket.Receive(room, peek ? SocketFlags.Peek : SocketFlags.None, out SocketError error);
        return error;
    }

    public override SocketError Send(ReadOnlySpan<byte> chunk, out int count)
    {
        count = socket.Send(chunk, SocketFlags.None, out SocketError error);
        return error;
    }

    public override ValueTask<int> WaitReadableAsync(CancellationToken cancellationToken) =>
        socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, cancellationToken);

    public override ValueTask<int> SendAsync(ReadOnlyMemory<byte> chunk, CancellationToken cancellationToken) =>
        socket.SendAsync(chunk, SocketFlags.None, cancellationToken);

    public override ValueTask EndSendingAsync(CancellationToken cancellationToken)
    {
        socket.Shutdown(SocketShutdown.Send);
        return ValueTask.CompletedTask;
    }

    public override Readiness Look()
    {
        if (OperatingSystem.IsLinux())
        {
            // The runtime's own question takes urgent data for an error (poll(2), POLLPRI).
            return OnDescriptor(static descriptor => ReadinessNow.Of(descriptor, Readiness.Input | Readiness.Output | Readiness.Ended));
        }

        Readiness now = socket.Poll(0, SelectMode.SelectError) ? Readiness.Error : Readiness.None;
        return IsTcp && socket.Send(ReadOnlySpan<byte>.Empty, SocketFlags.None, out SocketError error) == 0 && error is not (SocketError.Success or SocketError.WouldBlock)
            ? now | Readiness.HangUp
            : now;
    }

    public override int ReadTcpInfo(Span<byte> info) =>
        OperatingSystem.IsLinux() && IsTcp ? socket.GetRawSocketOption(TcpLevel, TcpInfo, info) : 0;

    public override void Close() => socket.Dispose();

    // A timeout of zero sets SO_LINGER to zero, which makes close(2) send a RST.
    public override void Reset() => socket.Close(timeout: 0);

    private T OnDescriptor<T>(Func<int, T> ask)
    {
        bool isHeld = false;
        try
        {
            socket.SafeHandle.DangerousAddRef(ref isHeld);
            return ask((int)socket.SafeHandle.DangerousGetHandle());
        }
        finally
        {
            if (isHeld)
            {
                socket.SafeHandle.DangerousRelease();
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
            return UnixCredentials.Identify(unnamed, credentials[..socket.GetRawSocketOption(UnixCredentials.Level, UnixCredentials.Name, credentials)]);
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
            return CompactEndPoint.Of(isRemote ? socket.RemoteEndPoint : socket.LocalEndPoint);
        }
        catch (Exception)
        {
            // A peer that reset at once has no end point any more, and for one that the runtime cannot read it throws what it
            // likes. A name is no reason to lose the peer.
            return default;
        }
    }
}
