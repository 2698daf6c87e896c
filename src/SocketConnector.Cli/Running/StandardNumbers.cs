using Microsoft.Win32.SafeHandles;

namespace SocketConnector.Cli.Running;

/// <summary>The numbers 0 to 2, which are standard input, output and error for whatever native code writes to them without a look.</summary>
internal static class StandardNumbers
{
    private const string NullDevice = "/dev/null";
    private const int Last = 2;

    // Open for as long as the process lives.
    private static readonly List<SafeFileHandle> _held = [];

    /// <summary>
    /// Puts the null device on those that are free, or a socket would get one. Comes first, but after the runtime, which may have
    /// taken some itself: whatever writes to one looks whose it is (<see cref="Diagnostics.StandardStream"/>).
    /// </summary>
    public static void Fill()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            SafeFileHandle handle = Open();
            while (handle.DangerousGetHandle() <= Last)
            {
                _held.Add(handle);
                handle = Open();
            }

            handle.Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A root directory without it, or no descriptor left. Nothing here writes to a number that it has not looked at.
        }
    }

    private static SafeFileHandle Open() => File.OpenHandle(NullDevice, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
}
