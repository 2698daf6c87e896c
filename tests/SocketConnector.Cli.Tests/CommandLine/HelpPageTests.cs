using System.CommandLine;
using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.EndPoints;

namespace SocketConnector.Cli.Tests.CommandLine;

public sealed class HelpPageTests
{
    private static readonly Command _root = EntryPoint.Parse([]).RootCommandResult.Command;

    private static readonly ModeCommand[] _modes = [.. _root.Subcommands.OfType<ModeCommand>()];

    public static TheoryData<string> Commands => [.. _modes.Select(command => command.Name)];

    public static TheoryData<string> Pages =>
        ["", .. _modes.Select(command => command.Name), "help", .. HelpTopics.Names.Select(topic => $"help {topic}")];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_fits_on_a_screen(string command)
    {
        string page = Page(command);
        string[] lines = page.Split('\n')[..^1];

        // 80 columns and 24 lines, of which the last is the prompt's.
        Assert.EndsWith("\n", page, StringComparison.Ordinal);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.InRange(lines.Length, 3, 23);
    }

    [Fact]
    public void The_first_page_shows_every_command_with_an_example()
    {
        string page = Page("");

        Assert.Equal(4, _modes.Length);
        Assert.All(_modes, command => Assert.Contains($"\n      socketconnector {command.Name} ", page, StringComparison.Ordinal));
        Assert.All(HelpTopics.Names, topic => Assert.Contains(topic, page, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_s_page_tells_an_example_that_is_right(string command)
    {
        ModeCommand mode = _modes.Single(each => each.Name == command);

        Assert.Contains(mode.Example, Page(command), StringComparison.Ordinal);
        Assert.Empty(EntryPoint.Parse(mode.Example.Split(' ')[1..]).Errors);
    }

    [Fact]
    public void One_page_tells_every_option_and_one_for_each_kind_of_end_point_those_behind_its_comma()
    {
        Assert.All(_root.Options, option => Assert.Contains($"\n  {option.Name} ", Page("help options"), StringComparison.Ordinal));
        Assert.All(ListenOptionTable.Table.Options, option => Assert.Contains($"\n  {option.Usage} ", Page("help listening"), StringComparison.Ordinal));
        Assert.All(ConnectOptionTable.Table.Options, option => Assert.Contains($"\n  {option.Usage} ", Page("help connecting"), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("help --help", "help")]
    [InlineData("help tls --help", "help tls")]
    [InlineData("--help help options", "help options")]
    [InlineData("help no-such-topic --help", "help")]
    [InlineData("server-to-server --help", "server-to-server")]
    [InlineData("--help", "")]
    public void Help_on_help_is_that_of_the_topic(string arguments, string page)
    {
        using var output = new StringWriter();
        EntryPoint.Parse(arguments.Split(' ')).Invoke(new InvocationConfiguration { Output = output });
        Assert.Equal(Page(page), output.ToString());
    }

    [Fact]
    public void No_page_asks_for_a_secret() => Assert.All(
        Pages, page => Assert.DoesNotContain("SECRET", Page(page), StringComparison.Ordinal));

    [Theory]
    [InlineData("9000")]
    [InlineData("listning")]
    public void There_is_no_help_on_what_is_no_topic(string topic) =>
        Assert.Contains(
            $"there is no help on '{topic}'",
            Mistake.Describe(EntryPoint.Parse(["help", topic])),
            StringComparison.Ordinal);

    private static string Page(string command) => command switch
    {
        "" => HelpPage.OfAll(_root),
        "help" => HelpTopics.Page(null, _root),
        _ when command.StartsWith("help ", StringComparison.Ordinal) => HelpTopics.Page(command[5..], _root),
        _ => HelpPage.Of(_modes.Single(each => each.Name == command), _root),
    };
}
