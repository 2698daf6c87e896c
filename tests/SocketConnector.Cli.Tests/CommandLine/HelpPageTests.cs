using System.CommandLine;
using SocketConnector.Cli.CommandLine;

namespace SocketConnector.Cli.Tests.CommandLine;

public sealed class HelpPageTests
{
    private static readonly Command _root = EntryPoint.Parse([]).RootCommandResult.Command;

    public static TheoryData<string> Commands => [.. _root.Subcommands.Select(command => command.Name)];

    public static TheoryData<string> Pages => ["", .. _root.Subcommands.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_fits_on_a_screen(string command)
    {
        string page = Page(command);
        string[] lines = page.Split('\n')[..^1];

        // 80 columns and 24 lines, of which the last is the prompt's.
        Assert.EndsWith("\n", page, StringComparison.Ordinal);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, 80));
        Assert.InRange(lines.Length, 10, 23);
    }

    [Fact]
    public void The_first_page_shows_every_command_with_an_example()
    {
        string page = Page("");

        Assert.Equal(4, _root.Subcommands.Count);
        Assert.All(_root.Subcommands, command => Assert.Contains($"\n      socketconnector {command.Name} ", page, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_s_page_tells_every_option_and_an_example_that_is_right(string command)
    {
        string page = Page(command);
        var mode = (ModeCommand)_root.Subcommands.Single(each => each.Name == command);

        Assert.All(_root.Options, option => Assert.Contains($"\n  {option.Name} ", page, StringComparison.Ordinal));
        Assert.Contains(mode.Example, page, StringComparison.Ordinal);
        Assert.Empty(EntryPoint.Parse(mode.Example.Split(' ')[1..]).Errors);
    }

    private static string Page(string command) =>
        command.Length == 0 ? HelpPage.OfAll(_root) : HelpPage.Of((ModeCommand)_root.Subcommands.Single(each => each.Name == command), _root);
}
