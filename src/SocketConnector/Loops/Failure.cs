using System.Net.Sockets;

namespace SocketConnector.Loops;

/// <summary>The error numbers of Linux (errno(3)) as the runtime names them.</summary>
internal static class Failure
{
    public const int Interrupted = 4;
    public const int Again = 11;
    public const int Exists = 17;
    public const int InvalidArgument = 22;
    public const int TooManyOpen = 24;
    public const int InProgress = 115;

    private const int NotPermitted = 1;
    private const int TooManyOfSystem = 23;
    private const int NotImplemented = 38;
    private const int NotSupported = 95;

    /// <summary>Whether the process has as many descriptors open as it may, or the system has.</summary>
    public static bool IsExhaustion(int number) => number is TooManyOfSystem or TooManyOpen;

    /// <summary>Whether the call itself is refused, for this kind of descriptor or by a filter (seccomp(2)), and so never will do.</summary>
    public static bool IsRefusal(int number) => number is InvalidArgument or NotPermitted or NotImplemented or NotSupported;

    public static SocketError Of(int number) => number switch
    {
        0 => SocketError.Success,
        Again => SocketError.WouldBlock,
        NotPermitted or 13 => SocketError.AccessDenied,
        Interrupted => SocketError.Interrupted,
        12 or 105 => SocketError.NoBufferSpaceAvailable,
        InvalidArgument => SocketError.InvalidArgument,
        _ when IsExhaustion(number) => SocketError.TooManyOpenSockets,
        32 => SocketError.Shutdown,
        97 => SocketError.AddressFamilyNotSupported,
        98 => SocketError.AddressAlreadyInUse,

        // The runtime has one name for both, ENOENT and EADDRNOTAVAIL.
        2 or 99 => SocketError.AddressNotAvailable,
        100 => SocketError.NetworkDown,
        101 => SocketError.NetworkUnreachable,
        103 => SocketError.ConnectionAborted,
        104 => SocketError.ConnectionReset,
        107 => SocketError.NotConnected,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        112 => SocketError.HostDown,
        113 => SocketError.HostUnreachable,
        InProgress => SocketError.InProgress,
        _ => SocketError.SocketError,
    };
}
