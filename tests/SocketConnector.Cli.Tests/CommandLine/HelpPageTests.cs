using System.CommandLine;
using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.EndPoints;

namespace SocketConnector.Cli.Tests.CommandLine;

public sealed class HelpPageTests
{
    private static readonly Command _root = EntryPoint.Parse([]).RootCommandResult.Command;

    private static readonly ModeCommand[] _modes = [.. _root.Subcommands.OfType<ModeCommand>()];

    private static readonly ToolCommand[] _tools = [.. _root.Subcommands.OfType<ToolCommand>()];

    public static TheoryData<string> Tools => [.. _tools.Select(command => command.Name)];

    public static TheoryData<string> Commands => [.. _modes.Select(command => command.Name)];

    public static TheoryData<string> Pages =>
        ["", .. _modes.Select(command => command.Name), .. _tools.Select(command => command.Name), "help", .. HelpTopics.Names.Select(topic => $"help {topic}")];

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

    [Theory]
    [MemberData(nameof(Tools))]
    public void So_does_the_page_of_every_other_command_and_the_first_page_names_it(string command)
    {
        ToolCommand tool = _tools.Single(each => each.Name == command);

        Assert.Contains(tool.Example, Page(command), StringComparison.Ordinal);
        Assert.Empty(EntryPoint.Parse(tool.Example.Split(' ')[1..]).Errors);
        Assert.Contains(Page("").Split('\n')[^4..^2], line => line.Split(' ', ',', ';').Contains(command, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("rendezvous", true)]
    [InlineData("share", true)]
    [InlineData("join", true)]
    [InlineData("ticket", false)]
    [InlineData("list", false)]
    public void The_options_of_all_commands_are_offered_where_they_are_heeded(string command, bool areHeeded) =>
        Assert.Equal(areHeeded, Page(command).Contains("socketconnector help options", StringComparison.Ordinal));

    [Fact]
    public void One_page_tells_every_option_and_one_for_each_kind_of_end_point_those_behind_its_comma()
    {
        Assert.All(_root.Options, option => Assert.Contains($"\n  {OptionLine.Usage(option.Name, option.HelpName)}", Page("help options"), StringComparison.Ordinal));
        Assert.All(TrafficOptionTable.Table.Options, option => Assert.Contains($"\n  {option.Usage} ", Page("help traffic"), StringComparison.Ordinal));
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
        _ when _tools.SingleOrDefault(each => each.Name == command) is { } tool => HelpPage.Of(tool),
        _ => HelpPage.Of(_modes.Single(each => each.Name == command), _root),
    };
}
