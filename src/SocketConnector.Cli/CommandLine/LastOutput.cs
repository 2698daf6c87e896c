using System.Text;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Running;

namespace SocketConnector.Cli.CommandLine;

/// <summary>What a run is for, on standard output: it fails if that cannot be written.</summary>
internal static class LastOutput
{
    public static bool TryWrite(string text)
    {
        try
        {
            using Stream output = StandardOutput.Open();
            output.Write(Encoding.UTF8.GetBytes(text));
            return true;
        }
        catch (IOException error)
        {
            Notice.BeforeStart($"standard output cannot be written: {error.Message}");
            return false;
        }
    }
}
