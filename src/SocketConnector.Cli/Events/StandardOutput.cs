using Microsoft.Win32.SafeHandles;

namespace SocketConnector.Cli.Events;

/// <summary>Standard output as a stream that says when its reader is gone.</summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;

    /// <remarks>
    /// The console's own stream takes a broken pipe for success (dotnet/runtime, ConsolePal.Unix.cs, Write), so a pipe is
    /// written as a file. A real file is not: FileStream would keep an offset of its own and write over what standard error,
    /// redirected to the same file, has written meanwhile.
    /// </remarks>
    public static Stream Open()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return Console.OpenStandardOutput();
        }

        var pipe = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return pipe.CanSeek ? Console.OpenStandardOutput() : pipe;
    }
}
