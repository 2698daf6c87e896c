using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Text;

namespace SocketConnector.Cli.CommandLine;

/// <summary>
/// Help that fits on a screen of 80 columns and 24 lines, the prompt included: end points on one page, what a command does on its own,
/// everything else in topics (<see cref="HelpTopics"/>).
/// </summary>
internal sealed class HelpPage : SynchronousCommandLineAction
{
    private const string EndPoints =
        """
        End points:
          9000             listen on any IPv4 address, or connect to 127.0.0.1
          0   [::]:9000    listen on a free port; listen on IPv6 and IPv4
          127.0.0.1:9000   [::1]:9000   db.internal:5432   unix:/run/app.sock   stdio:
          9000,also=[::1]:9000,also=unix:/run/app.sock   listen on all of these
          tls:8443,cert=site.pem,key=site.key   tls:db.internal:5432,ca=ca.pem   TLS
          via:relay.example:7000,session=file:secret   a session at a relay

        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Command root = parseResult.RootCommandResult.Command;
        parseResult.InvocationConfiguration.Output.Write(parseResult.CommandResult.Command switch
        {
            ModeCommand mode => Of(mode, root),
            ToolCommand tool => Of(tool),
            HelpCommand help => help.Page(parseResult),
            _ => OfAll(root),
        });
        return 0;
    }

    internal static string OfAll(Command root)
    {
        var page = new StringBuilder()
            .AppendLine("Joins any two TCP sockets, listening or connecting, and relays bytes both ways.")
            .AppendLine()
            .AppendLine("Usage: socketconnector COMMAND END_POINT_A END_POINT_B [options]")
            .AppendLine();
        foreach (ModeCommand mode in root.Subcommands.OfType<ModeCommand>())
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"  {mode.Name}  {mode.Description}")
                .AppendLine(CultureInfo.InvariantCulture, $"      {mode.Example}");
        }

        return page
            .AppendLine()
            .Append(EndPoints)
            .AppendLine("Behind NAT: share TARGET, join CODE; relay: rendezvous, ticket; see their --help")
            .AppendLine("A running one: top, list, show, end, abort, drain, watch, capture, extcap")
            .AppendLine("socketconnector help options|listening|connecting|tls|via|capture|traffic|admin")
            .ToString();
    }

    internal static string Of(ToolCommand tool) => new StringBuilder()
        .AppendLine(tool.Description)
        .AppendLine(tool.Story)
        .AppendLine()
        .AppendLine(CultureInfo.InvariantCulture, $"Usage:   socketconnector {tool.Name}{(tool.Takes.Length > 0 ? " " : "")}{tool.Takes} [options]")
        .AppendLine(CultureInfo.InvariantCulture, $"Example: {tool.Example}")
        .AppendLine()
        .AppendLines(tool.Options.Select(OptionLine.Of))
        .AppendLines(tool.FlagLines)
        .AppendLines(tool.TakesFlags ? ["and those of all commands: socketconnector help options"] : [])
        .ToString();

    internal static string Of(ModeCommand mode, Command root) => new StringBuilder()
        .AppendLine(mode.Description)
        .AppendLine(mode.Story)
        .AppendLine()
        .AppendLine(CultureInfo.InvariantCulture, $"Usage:   socketconnector {mode.Name} {string.Join(' ', mode.Arguments.Select(argument => argument.Name))} [options]")
        .AppendLine(CultureInfo.InvariantCulture, $"Example: {mode.Example}")
        .AppendLine("End points: 9000, [::1]:9000, host:9000, unix:/path; see socketconnector --help")
        .AppendLine()
        .AppendLine("The options that are wanted most; all of them: socketconnector help options")
        .AppendLines(root.Options.Where(Flags.IsCommon).Select(OptionLine.Of))
        .ToString();
}
