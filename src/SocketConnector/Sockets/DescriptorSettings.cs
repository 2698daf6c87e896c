using System.Net.Sockets;
using SocketConnector.Loops;

namespace SocketConnector.Sockets;

/// <summary>The socket options of a bare descriptor; see <see cref="SocketSettings"/> for the runtime's.</summary>
internal static unsafe class DescriptorSettings
{
    // asm-generic/socket.h and linux/tcp.h; the same on x64 and arm64.
    public const int TcpLevel = 6;
    public const int UserTimeout = 18;

    private const int SocketLevel = 1;
    private const int ErrorOption = 4;
    private const int KeepAliveOption = 9;
    private const int Linger = 13;
    private const int NoDelay = 1;
    private const int KeepIdle = 4;
    private const int KeepInterval = 5;
    private const int KeepCount = 6;
    private const int TcpInfo = 11;

    /// <exception cref="SocketException">The socket has failed already.</exception>
    public static void Apply(int descriptor, DescriptorOrigin origin, KeepAliveOptions? keepAlive, TimeSpan? userTimeout)
    {
        if (origin.IsTcp && !(TrySet(descriptor, TcpLevel, NoDelay, 1) && TrySetKeepAlive(descriptor, origin, keepAlive) && TrySetUserTimeout(descriptor, userTimeout)))
        {
            throw new SocketException((int)Failure.Of(Kernel.Failure));
        }
    }

    /// <summary>Makes close(2) send a RST.</summary>
    public static void ResetOnClose(int descriptor)
    {
        // struct linger of socket(7): on, after no time at all.
        int* linger = stackalloc int[] { 1, 0 };
        _ = Kernel.SetOption(descriptor, SocketLevel, Linger, linger, 2 * sizeof(int));
    }

    /// <summary>Takes the error that the system holds against the socket, which forgets it.</summary>
    public static SocketError TakeError(int descriptor)
    {
        int error = 0;
        uint size = sizeof(int);
        return Kernel.GetOption(descriptor, SocketLevel, ErrorOption, &error, &size) == 0 ? Failure.Of(error) : Failure.Of(Kernel.Failure);
    }

    /// <summary>How much the system holds of the stream: of what came <see cref="Kernel.InputQueue"/>, of what was sent <see cref="Kernel.OutputQueue"/>.</summary>
    /// <returns>Bytes; none where the system does not tell.</returns>
    public static int Queued(int descriptor, int queue)
    {
        int count = 0;
        return Kernel.Ask(descriptor, (nuint)queue, &count) == 0 ? count : 0;
    }

    /// <summary>Whether reading has come to an urgent mark.</summary>
    public static bool IsAtMark(int descriptor) => Queued(descriptor, Kernel.AtMark) != 0;

    /// <returns>How many bytes of struct tcp_info there are; none for a socket that is not TCP.</returns>
    public static int ReadTcpInfo(int descriptor, Span<byte> info)
    {
        uint size = (uint)info.Length;
        fixed (byte* start = info)
        {
            return Kernel.GetOption(descriptor, TcpLevel, TcpInfo, start, &size) == 0 ? (int)size : 0;
        }
    }

    /// <returns>How many bytes of struct ucred there are; none where the system does not tell.</returns>
    public static int ReadCredentials(int descriptor, Span<byte> credentials)
    {
        uint size = (uint)credentials.Length;
        fixed (byte* start = credentials)
        {
            return Kernel.GetOption(descriptor, UnixCredentials.Level, UnixCredentials.Name, start, &size) == 0 ? (int)size : 0;
        }
    }

    // A new socket has none.
    private static bool TrySetKeepAlive(int descriptor, DescriptorOrigin origin, KeepAliveOptions? keepAlive) => keepAlive is null
        ? origin.Source == DescriptorSource.Dialled || TrySet(descriptor, SocketLevel, KeepAliveOption, 0)
        : TrySet(descriptor, SocketLevel, KeepAliveOption, 1)
            && TrySet(descriptor, TcpLevel, KeepIdle, (int)keepAlive.Idle.TotalSeconds)
            && TrySet(descriptor, TcpLevel, KeepInterval, (int)keepAlive.Interval.TotalSeconds)
            && TrySet(descriptor, TcpLevel, KeepCount, keepAlive.Count);

    private static bool TrySetUserTimeout(int descriptor, TimeSpan? userTimeout) =>
        userTimeout is not { } time || TrySet(descriptor, TcpLevel, UserTimeout, (int)time.TotalMilliseconds);

    private static bool TrySet(int descriptor, int level, int name, int value) => Kernel.SetOption(descriptor, level, name, &value, sizeof(int)) == 0;
}
