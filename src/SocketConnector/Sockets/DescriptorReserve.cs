using System.Globalization;
using System.Net.Sockets;

namespace SocketConnector.Sockets;

/// <summary>
/// Leaves the process a few file descriptors. Without any the .NET runtime cannot start a thread (each takes a pipe) or load an
/// assembly, and aborts; so the relay stops short of the limit (getrlimit(2), RLIMIT_NOFILE) instead of running into it.
/// </summary>
/// <remarks>Linux gives out the lowest free number, so a new descriptor's number says how many are in use. Elsewhere nothing is held back.</remarks>
internal static class DescriptorReserve
{
    // Enough for the runtime's threads; a fraction where the limit is small.
    private const int MostKept = 64;

    private static readonly int _limit = ReadLimit();
    private static readonly int _kept = Math.Min(MostKept, _limit / 8);

    /// <summary>Whether an accepted socket leaves enough: for the runtime, and for the sockets to be dialled for those accepted.</summary>
    public static bool AllowsAccepted(Socket socket) => Number(socket) < _limit - (2 * _kept);

    /// <summary>Whether a socket that connects out leaves enough for the runtime.</summary>
    /// <exception cref="SocketException">It does not (<see cref="SocketError.TooManyOpenSockets"/>).</exception>
    public static void DemandFor(Socket socket)
    {
        if (Number(socket) >= _limit - _kept)
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }
    }

    /// <summary>Whether the next socket may be accepted, as a trial tells.</summary>
    public static bool AllowsNext()
    {
        try
        {
            using var trial = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            return AllowsAccepted(trial);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int Number(Socket socket) => OperatingSystem.IsLinux() ? (int)socket.SafeHandle.DangerousGetHandle() : 0;

    private static int ReadLimit()
    {
        const string Soft = "Max open files";
        if (!OperatingSystem.IsLinux())
        {
            return int.MaxValue;
        }

        // The runtime has raised the soft limit to the hard one when it started.
        string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(text => text.StartsWith(Soft, StringComparison.Ordinal));
        string? number = line?[Soft.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return int.TryParse(number, CultureInfo.InvariantCulture, out int limit) ? limit : int.MaxValue;
    }
}
