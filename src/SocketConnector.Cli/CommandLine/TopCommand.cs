using System.CommandLine;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Top;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector top</c>: a table of who is connected that moves, and keys to do something about it.</summary>
internal sealed class TopCommand(Flags flags) : AdminCommand(
    flags,
    "top",
    "Shows who is connected as it changes, on the whole terminal.",
    "Keys: arrows to select, Enter for details, / to filter, s to sort, e to end a\nconnection, c to capture it, d to drain, ? for help, q to quit.",
    "socketconnector top")
{
    protected override bool TakesJson => false;

    protected override string? Contradiction(ParseResult line) => TopTerminal.WhyNot() is { } why ? $"top {why}; use list or watch" : null;

    protected override async Task<int> RunAsync(ParseResult line, AdminClient client, CancellationToken cancellationToken)
    {
        using var link = new RelayLink(client, isFound: !IsNamed(line));
        using var terminal = TopTerminal.Open();
        await new TopRun(link, terminal).RunAsync(cancellationToken);
        return Runner.Stopped;
    }
}
