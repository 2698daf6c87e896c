namespace SocketConnector.Cli.Tables;

/// <summary>How wide the terminal of standard output is.</summary>
internal static class TerminalWidth
{
    /// <summary>Below it, a table is not readable anyway.</summary>
    private const int Least = 40;

    /// <returns>None where standard output is no terminal.</returns>
    public static int? OfOutput()
    {
        if (Console.IsOutputRedirected)
        {
            return null;
        }

        try
        {
            // Zero where the terminal does not know, as that of script(1).
            return Console.WindowWidth is > 0 and int width ? Math.Max(Least, width) : null;
        }
        catch (Exception error) when (error is IOException or PlatformNotSupportedException)
        {
            return null;
        }
    }
}
