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

    // Beside those, until it has answered everything, the web server of the admin channel; the client of one takes no more.
    private const string Admin = "--admin";
    private const int ToCompileAdmin = 50;
    private const int ToRunAdmin = 4;

    /// <param name="arguments">Those of the command line. Nothing has been loaded that could read them.</param>
    public static bool IsTooSmall(string[] arguments)
    {
        bool isCompiled = RuntimeFeature.IsDynamicCodeCompiled;
        int toLoad = (isCompiled ? ToCompile : 0) + ToRun + (2 * Math.Min(Environment.ProcessorCount, MaxLoops));
        if (HasAdmin(arguments))
        {
            toLoad += (isCompiled ? ToCompileAdmin : 0) + ToRunAdmin;
        }

        if (DescriptorReserve.Shortage(toLoad) is not { } shortage)
        {
            return false;
        }

        Write(Encoding.UTF8.GetBytes($"socketconnector: {shortage}\n"));
        return true;
    }

    /// <summary>Whether a connector is started that has one, and not a command that asks one.</summary>
    private static bool HasAdmin(string[] arguments) =>
        Array.Exists(arguments, static argument => argument.StartsWith(Admin, StringComparison.Ordinal))
        && Array.Exists(arguments, static argument => argument is "rendezvous" or "share" or "join" || argument.Contains("-to-", StringComparison.Ordinal));

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
