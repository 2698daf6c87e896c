using System.CommandLine;
using System.CommandLine.Help;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads the command line and does what it says.</summary>
internal static class EntryPoint
{
    internal const int Wrong = 2;

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        ParseResult line = Parse(arguments);
        if (line.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"socketconnector: {Mistake.Describe(line)}");
            return Wrong;
        }

        // Signals are the runner's; the parser would give it two seconds and then end the process.
        return await line.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
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
                    break;
            }
        }

        return root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
    }
}
