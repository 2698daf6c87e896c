using System.Runtime.InteropServices;

namespace SocketConnector.Cli.Top;

/// <summary>
/// The terminal of standard input without its line editor: keys come one by one and unechoed, Ctrl-C among them. The console of the runtime
/// is raw only while it is being asked, and would let the terminal echo what is typed in between.
/// </summary>
internal sealed unsafe partial class RawMode
{
    private const int Input = 0;

    // termios.h, the same on Linux and macOS.
    private const int Now = 0;

    // More than struct termios takes anywhere; only the C library looks inside.
    private const int Size = 256;

    private readonly byte[] _before = new byte[Size];
    private readonly byte[] _raw = new byte[Size];

    /// <exception cref="IOException">It is no terminal.</exception>
    public RawMode()
    {
        fixed (byte* before = _before, raw = _raw)
        {
            if (GetAttributes(Input, before) != 0)
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));
            }

            _before.CopyTo(_raw, 0);
            MakeRaw(raw);
        }
    }

    public void Enter() => Set(_raw);

    /// <summary>As it was. What is no terminal any more cannot be restored, and need not be.</summary>
    public void Leave() => Set(_before);

    private static void Set(byte[] attributes)
    {
        fixed (byte* start = attributes)
        {
            _ = SetAttributes(Input, Now, start);
        }
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetAttributes(int descriptor, byte* attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetAttributes(int descriptor, int when, byte* attributes);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static partial void MakeRaw(byte* attributes);
}
