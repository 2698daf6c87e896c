using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;

namespace SocketConnector.Transports;

/// <summary>accept4(2) on a listening socket of the runtime's, with room for the address of any client.</summary>
internal static unsafe class AcceptCall
{
    /// <returns>The new descriptor, which is the caller's; -1 for a failure.</returns>
    /// <exception cref="ObjectDisposedException">The listening socket is closed.</exception>
    public static int Try(Socket listening, int flags, out CompactEndPoint remote, out int failure)
    {
        if (!SpareDescriptors.AreKept())
        {
            (failure, remote) = (Failure.TooManyOpen, default);
            return -1;
        }

        bool isHeld = false;
        try
        {
            listening.SafeHandle.DangerousAddRef(ref isHeld);
            byte* address = stackalloc byte[KernelAddress.MaxBytes];
            uint length = KernelAddress.MaxBytes;
            int accepted = Kernel.Accept((int)listening.SafeHandle.DangerousGetHandle(), address, &length, flags | Kernel.CloseOnExec);
            if (accepted < 0)
            {
                (failure, remote) = (Kernel.Failure, default);
                if (Failure.IsExhaustion(failure))
                {
                    DescriptorReserve.RanOut();
                }

                return accepted;
            }

            DescriptorReserve.Saw(accepted);
            failure = 0;
            remote = Read(new ReadOnlySpan<byte>(address, (int)length));
            return accepted;
        }
        finally
        {
            if (isHeld)
            {
                listening.SafeHandle.DangerousRelease();
            }
        }
    }

    private static CompactEndPoint Read(ReadOnlySpan<byte> address)
    {
        try
        {
            return KernelAddress.Read(address);
        }
        catch (ArgumentException)
        {
            // A path of 108 bytes has no room for its end in struct sockaddr_un; the kernel takes it, the runtime does not.
            return default;
        }
    }
}
