using System.Runtime.CompilerServices;
using System.Text;
using SocketConnector.Diagnostics;
using SocketConnector.Loops;

namespace SocketConnector.Cli.Running;

/// <summary>
/// Refuses a limit of open files under which this program would end in the middle of loading itself, with a stack trace or
/// "Out of memory.". Asked before anything else, and with hardly more than the runtime's core: each assembly takes two descriptors.
/// </summary>
internal static class StartLimit
{
    internal const int Refused = 1;

    // Seen between here and the start, two processors: some 20 assemblies of two descriptors each where code is compiled when it
    // is needed; the console, the signals, the runtime's own sockets in any case; and two for each of at most eight loops.
    private const int ToCompile = 36;
    private const int ToRun = 9;
    private const int MaxLoops = 8;

    public static bool IsTooSmall()
    {
        int loops = 2 * Math.Min(Environment.ProcessorCount, MaxLoops);
        if (DescriptorReserve.Shortage((RuntimeFeature.IsDynamicCodeCompiled ? ToCompile : 0) + ToRun + loops) is not { } shortage)
        {
            return false;
        }

        Write(Encoding.UTF8.GetBytes($"socketconnector: {shortage}\n"));
        return true;
    }

    /// <summary>The console's own way takes several assemblies, for which there may be no room.</summary>
    private static void Write(byte[] line)
    {
        try
        {
            StandardStream.TryOpen(StandardStream.Error)?.Write(line);
        }
        catch (IOException)
        {
            // Closed or full: the exit code tells.
        }
    }
}
