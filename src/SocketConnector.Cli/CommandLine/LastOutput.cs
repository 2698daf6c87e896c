using System.Text;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Running;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Writes the output that a command exists for, such as help or a ticket. The run fails if that cannot be written.</summary>
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
