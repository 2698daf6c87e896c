using System.Net;
using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>A connect(2) under way on a bare descriptor.</summary>
internal readonly struct DescriptorConnect
{
    private const int Stream = 1;
    private const int FamilyUnix = 1;
    private const int FamilyIPv4 = 2;
    private const int FamilyIPv6 = 10;

    private readonly bool _isConnected;

    private DescriptorConnect(DescriptorSocket socket, bool isConnected) => (Socket, _isConnected) = (socket, isConnected);

    public DescriptorSocket Socket { get; }

    /// <param name="endPoint">An <see cref="IPEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>.</param>
    /// <param name="home">The loop to wait with.</param>
    /// <param name="source">The address to connect from, of the same family; none for any.</param>
    /// <param name="isPromised">Whether its descriptor was promised, and counts already.</param>
    /// <exception cref="SocketException">It failed at once; nothing is left open. <see cref="SocketError.WouldBlock"/> where the backlog of a Unix socket is full.</exception>
    public static unsafe DescriptorConnect Start(EndPoint endPoint, EventLoop home, IPAddress? source = null, bool isPromised = false)
    {
        bool isUnix = endPoint is UnixDomainSocketEndPoint;
        int family = isUnix ? FamilyUnix : endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? FamilyIPv6 : FamilyIPv4;
        byte* address = stackalloc byte[KernelAddress.MaxBytes];
        var room = new Span<byte>(address, KernelAddress.MaxBytes);
        int length = isUnix ? KernelAddress.Write((UnixDomainSocketEndPoint)endPoint, room) : KernelAddress.Write((IPEndPoint)endPoint, room);

        // What a Unix socket is called is for the kernel to say: the path is the one that the other end has bound.
        CompactEndPoint remote = isUnix ? default : CompactEndPoint.Of(endPoint);
        var origin = new DescriptorOrigin(IsTcp: !isUnix, DescriptorSource.Dialled, Remote: remote);
        int descriptor = Kernel.Socket(family, Stream | Kernel.NonBlocking | Kernel.CloseOnExec, isUnix ? 0 : (int)ProtocolType.Tcp);
        if (descriptor < 0)
        {
            int refusal = Kernel.Failure;
            if (Failure.IsExhaustion(refusal))
            {
                DescriptorReserve.RanOut();
            }

            throw new SocketException((int)Failure.Of(refusal));
        }

        var socket = new DescriptorSocket(descriptor, home, origin, isPromised);
        try
        {
            if (source is not null && !isUnix)
            {
                SourceAddress.Bind(descriptor, source);
            }

            int failure = Kernel.Connect(descriptor, address, (uint)length) == 0 ? 0 : Kernel.Failure;
            return failure is 0 or Failure.InProgress ? new DescriptorConnect(socket, failure == 0) : throw new SocketException((int)Failure.Of(failure));
        }
        catch
        {
            socket.Close();
            throw;
        }
    }

    /// <summary>Whether it is connected now.</summary>
    /// <exception cref="SocketException">It failed; nothing is left open.</exception>
    public bool IsDone()
    {
        if (_isConnected)
        {
            return true;
        }

        if (!Socket.IsWritable(out bool hasFailed))
        {
            return false;
        }

        if (hasFailed && Socket.TakeError() is not SocketError.Success and SocketError error)
        {
            Socket.Close();
            throw new SocketException((int)error);
        }

        return true;
    }

    /// <summary>
    /// Waits a few milliseconds, if this is a loop's thread: that is enough for most, and spares watching the peer that it is dialled for,
    /// and a timer. Goes on upon a loop's thread.
    /// </summary>
    /// <returns>Whether it is connected now.</returns>
    /// <exception cref="SocketException">It failed; nothing is left open.</exception>
    public async ValueTask<bool> TryFinishQuicklyAsync()
    {
        if (IsDone())
        {
            return true;
        }

        try
        {
            return EventLoop.Current is { } here && await new BriefWait().UntilWritableAsync(Socket, here).ConfigureAwait(false) && IsDone();
        }
        catch (SocketException)
        {
            Socket.Close();
            throw;
        }
    }

    /// <summary>Waits until it is connected.</summary>
    /// <exception cref="SocketException">It failed; nothing is left open.</exception>
    /// <exception cref="OperationCanceledException">Given up; nothing is left open.</exception>
    public async Task<ByteStream> FinishAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (!IsDone())
            {
                await Socket.WaitWritableAsync(cancellationToken).ConfigureAwait(false);
            }

            return Socket;
        }
        catch
        {
            Socket.Close();
            throw;
        }
    }
}
