using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Running;
using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads the command line and does what it says.</summary>
internal static class EntryPoint
{
    internal const int Wrong = 2;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        ParseResult line = Parse(arguments);
        if (Mistake.IsIn(line))
        {
            Notice.BeforeStart(Mistake.Describe(line));
            return Wrong;
        }

        // Signals are the runner's; the parser would give it two seconds and then end the process.
        using StringWriter page = new(), fault = new();
        int code = await line.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, Output = page, Error = fault });
        StandardErrorLines.OfProcess.TryAdd(fault.ToString());
        return page.ToString() is { Length: > 0 } text && !TryShow(text) ? Runner.Failed : code;
    }

    /// <summary>Help, or the version: all that this run is for, so it fails if it cannot be written.</summary>
    private static bool TryShow(string text)
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

    internal static ParseResult Parse(IReadOnlyList<string> arguments)
    {
        var root = new RootCommand("Joins any two TCP sockets.");
        var flags = new Flags();
        foreach (Option flag in flags.All)
        {
            root.Options.Add(flag);
        }

        foreach (ModeCommand mode in Modes.All(flags))
        {
            root.Subcommands.Add(mode);
        }

        root.Subcommands.Add(new HelpCommand());
        foreach (Option own in root.Options)
        {
            switch (own)
            {
                case HelpOption help:
                    help.Action = new HelpPage();
                    help.Description = "this page";
                    break;
                case VersionOption version:
                    version.Description = "the version of this program";

                    // Beside anything, as --help is.
                    version.Recursive = true;
                    version.Validators.Clear();
                    break;
            }
        }

        return root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
    }
}
