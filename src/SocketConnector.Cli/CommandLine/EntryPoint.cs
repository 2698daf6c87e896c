using System.CommandLine;
using System.CommandLine.Help;
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
        return page.ToString() is { Length: > 0 } text && !LastOutput.TryWrite(text) ? Runner.Failed : code;
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

        foreach (ToolCommand tool in Tools(flags))
        {
            root.Subcommands.Add(tool);
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

        return root.Parse(WithForm(arguments), new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
    }

    /// <summary>The word behind an option whose value may be left out would be taken for it.</summary>
    private static string[] WithForm(IReadOnlyList<string> arguments) =>
        [.. arguments.Select((word, at) => word == Flags.LogTrafficName && !arguments.Take(at).Contains("--", StringComparer.Ordinal) ? $"{word}={TrafficOptionTable.Standard}" : word)];

    private static ToolCommand[] Tools(Flags flags) =>
    [
        new RendezvousCommand(flags), new ShareCommand(flags), new JoinCommand(flags), new TicketCommand(),
        new ListCommand(flags), new ShowCommand(flags), EndCommand.InOrder(flags), EndCommand.AtOnce(flags), new DrainCommand(flags), new WatchCommand(flags), new CaptureCommand(flags), new ExtcapCommand(flags), new TopCommand(flags),
    ];
}
