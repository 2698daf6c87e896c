using System.CommandLine;
using System.CommandLine.Parsing;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Sharing;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Says in one line what is wrong with a command line. The first thing that is wrong, in the order in which a reader would look.</summary>
internal static class Mistake
{
    // That of a command shows the commonest alone.
    private const string SeeOptions = "; see socketconnector help options";

    /// <summary>A first word in brackets is one to the parser, which obeys some and leaves out the others.</summary>
    public static bool IsIn(ParseResult line) => line.Errors.Count > 0 || Directive(line) is not null || (line.Action == line.CommandResult.Command.Action && HasStrayCode(line));

    public static string NeedsValue(string option, string? value) => $"{option} needs a value; write {OptionLine.Usage(option, value)}{SeeOptions}";

    public static string Describe(ParseResult line)
    {
        Command command = line.CommandResult.Command;
        if (line.Tokens.Select(static token => AuthOption.InPlaceOfSecret(token.Value) ?? ViaOptionTable.InPlaceOfSecret(token.Value) ?? AdminOptionTable.InPlaceOfSecret(token.Value)).FirstOrDefault(static instead => instead is not null) is { } instead)
        {
            // Before all else, since nearly every other line repeats what was written.
            return $"secrets are not taken from the command line, where every user of this machine can see them; write {instead}";
        }

        if (HasStrayCode(line))
        {
            return "a code is for join, and is not repeated here, since it is a secret; write socketconnector join CODE";
        }

        if (Directive(line) is { } directive)
        {
            return $"there is no command '{directive.Value}'{SeeHelp(line.RootCommandResult.Command)}";
        }

        if (FormApart(line) is { } form)
        {
            return $"a form stands behind =, without a space; write {Flags.LogTrafficName}={form}; see socketconnector help {TrafficOptionTable.Table.Topic}";
        }

        string? unknown = UnknownOption(line);
        if (unknown is not null)
        {
            string name = unknown.Split('=', 2)[0];
            string meant = name is ['-', not '-'] ? Suggestion.ForLetter(name[1], Options(line)) : Suggestion.For(name, Options(line));
            return $"there is no option {name}{meant}{SeeOptions}";
        }

        if (command is RootCommand root)
        {
            string[] names = [.. root.Subcommands.Where(each => each is ModeCommand or ToolCommand).Select(each => each.Name)];
            string[] known = [.. root.Subcommands.Select(each => each.Name), .. Options(line)];
            return line.UnmatchedTokens is [string typed, ..]
                ? $"there is no command '{typed}'{Suggestion.For(typed, known)}{SeeHelp(command)}"
                : $"the command is missing; it is one of {string.Join(", ", names)}{SeeHelp(command)}";
        }

        if (command is ModeCommand or ToolCommand && MissingEndPoint(line, command) is { } missing)
        {
            return $"{missing.Name} is missing; {Takes(command)}{SeeHelp(command)}";
        }

        if (line.UnmatchedTokens is [string extra, ..])
        {
            return command is JoinCommand ? $"there is a word too many; {Takes(command)}, and a code with spaces goes in quotes{SeeHelp(command)}"
                : command is ModeCommand or ToolCommand
                ? $"'{extra}' is one too many; {Takes(command)}{SeeHelp(command)}"
                : $"'{extra}' is one too many; {command.Name} takes one topic";
        }

        return line.Errors.Select(Explain).First();
    }

    /// <summary>The form of the traffic, in place of an end point.</summary>
    private static string? FormApart(ParseResult line)
    {
        string[] words = [.. line.Tokens.Select(static token => token.Value)];
        int option = Array.IndexOf(words, Flags.LogTrafficName);
        return option >= 0 && words.ElementAtOrDefault(option + 2) is { } next && TrafficOptionTable.IsForm(next) ? next : null;
    }

    private static Token? Directive(ParseResult line) => line.Tokens.FirstOrDefault(token => token.Type == TokenType.Directive);

    private static string Explain(ParseError error) => error.SymbolResult is OptionResult { Option: var option, Tokens: var values, IdentifierTokenCount: var times }
        ? (values.Count, times) switch
        {
            (0, _) => NeedsValue(option.Name, option.HelpName),
            (_, > 1) => $"{option.Name} is given {times} times; write it once",
            _ => error.Message,
        }
        : error.Message;

    /// <summary>What looks like an option, and is none.</summary>
    private static string? UnknownOption(ParseResult line) => Words(line).FirstOrDefault(static word => word is ['-', _, ..]);

    /// <summary>A code where none is expected, such as in place of the command.</summary>
    private static bool HasStrayCode(ParseResult line) => line.CommandResult.Command is not JoinCommand && Words(line).Any(MeetingCode.IsLike);

    /// <summary>What is neither a command nor an option nor the value of one.</summary>
    private static IEnumerable<string> Words(ParseResult line)
    {
        var values = Options(line)
            .Select(line.GetResult)
            .OfType<OptionResult>()
            .SelectMany(option => option.Tokens)
            .ToHashSet(ReferenceEqualityComparer.Instance);
        return line.Tokens.Where(token => token.Type == TokenType.Argument && !values.Contains(token)).Select(static token => token.Value);
    }

    private static Argument? MissingEndPoint(ParseResult line, Command command) =>
        command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > 0 && line.GetResult(argument) is not { Tokens.Count: > 0 });

    private static IEnumerable<string> Options(ParseResult line) => line.RootCommandResult.Command.Options.Concat(line.CommandResult.Command.Options).Select(option => option.Name);

    private static string Takes(Command command) => $"{command.Name} takes {string.Join(" and ", command.Arguments.Select(argument => argument.Name))}";

    private static string SeeHelp(Command command) => command is RootCommand ? "; see socketconnector --help" : $"; see socketconnector {command.Name} --help";
}
