using System.Net.Sockets;

namespace SocketConnector.Sockets;

/// <summary>The runtime's own socket, on every system.</summary>
internal sealed class RuntimeSocket(Socket socket) : StreamSocket
{
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;

    public override CompactEndPoint Remote
    {
        get
        {
            CompactEndPoint remote = EndPointOf(remote: true);
            return remote.IsUnnamedUnix ? Identified(remote) : remote;
        }
    }

    public override CompactEndPoint Local => EndPointOf(remote: false);

    public override void Configure(KeepAliveOptions? keepAlive) => SocketSettings.Apply(socket, keepAlive);

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

    public override SocketError EndSending()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            return SocketError.Success;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
    }

    public override bool HasFailed() => socket.Poll(0, SelectMode.SelectError);

    public override int ReadTcpInfo(Span<byte> info) =>
        OperatingSystem.IsLinux() && socket.ProtocolType == ProtocolType.Tcp ? socket.GetRawSocketOption(TcpLevel, TcpInfo, info) : 0;

    public override void Close() => socket.Dispose();

    // A timeout of zero sets SO_LINGER to zero, which makes close(2) send a RST.
    public override void Reset() => socket.Close(timeout: 0);

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

    private CompactEndPoint EndPointOf(bool remote)
    {
        try
        {
            return CompactEndPoint.Of(remote ? socket.RemoteEndPoint : socket.LocalEndPoint);
        }
        catch (Exception error) when (SocketFailure.Is(error))
        {
            // A peer that reset at once; its end point is gone with it.
            return default;
        }
    }
}
