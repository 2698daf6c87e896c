using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>Gives a socket the address that it connects from, and leaves its port to the connect.</summary>
internal static class SourceAddress
{
    private const int IPLevel = 0;

    // linux/in.h. bind(2) alone would take a port of this machine's for each socket; with this, connect(2) takes one that is free for
    // that target (ip(7)). Where the system does not know it, ports are used up sooner.
    private const int BindAddressNoPort = 24;

    /// <exception cref="SocketException">The address cannot be had.</exception>
    public static unsafe void Bind(int descriptor, IPAddress source)
    {
        int on = 1;
        _ = Kernel.SetOption(descriptor, IPLevel, BindAddressNoPort, &on, sizeof(int));
        byte* address = stackalloc byte[KernelAddress.MaxBytes];
        int length = KernelAddress.Write(new IPEndPoint(source, 0), new Span<byte>(address, KernelAddress.MaxBytes));
        if (Kernel.Bind(descriptor, address, (uint)length) != 0)
        {
            throw Refused(source, Failure.Of(Kernel.Failure));
        }
    }

    /// <inheritdoc cref="Bind(int, IPAddress)"/>
    public static void Bind(Socket socket, IPAddress source)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                int on = 1;
                socket.SetRawSocketOption(IPLevel, BindAddressNoPort, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in on)));
            }
        }
        catch (SocketException)
        {
            // An old kernel.
        }

        try
        {
            socket.Bind(new IPEndPoint(source, 0));
        }
        catch (SocketException error)
        {
            throw Refused(source, error.SocketErrorCode);
        }
    }

    private static ExplainedSocketException Refused(IPAddress source, SocketError error) =>
        new(error, $"cannot connect from {source}: {SocketFailure.Reason(new SocketException((int)error))}");
}
