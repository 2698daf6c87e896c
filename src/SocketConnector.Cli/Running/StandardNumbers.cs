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
    /// Opens the null device on those that are free, so that no socket gets one of these numbers. Runs first; the runtime may hold one
    /// already, so writers check for themselves (<see cref="Diagnostics.StandardStream"/>).
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
