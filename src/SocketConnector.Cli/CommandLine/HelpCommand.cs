using System.CommandLine;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector help TOPIC</c>, with <c>--help</c> behind it or not.</summary>
internal sealed class HelpCommand : Command
{
    private readonly Argument<string?> _topic = new("TOPIC") { Arity = ArgumentArity.ZeroOrOne };

    public HelpCommand()
        : base("help", "Tells more about one topic.")
    {
        _topic.Validators.Add(static result =>
        {
            if (result.Tokens is [{ Value: string name }] && !IsTopic(name))
            {
                result.AddError($"there is no help on '{name}'{Suggestion.For(name, HelpTopics.Names)}; there is help on {string.Join(", ", HelpTopics.Names)}");
            }
        });
        Add(_topic);
        SetAction(line =>
        {
            line.InvocationConfiguration.Output.Write(Page(line));
            return 0;
        });
    }

    /// <summary>That of the topic, or which topics there are where it names none.</summary>
    public string Page(ParseResult line) => HelpTopics.Page(line.GetResult(_topic)?.Tokens is [{ Value: string topic }] && IsTopic(topic) ? topic : null, line.RootCommandResult.Command);

    private static bool IsTopic(string name) => HelpTopics.Names.Contains(name, StringComparer.Ordinal);
}
