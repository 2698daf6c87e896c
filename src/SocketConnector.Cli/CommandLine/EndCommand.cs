using System.CommandLine;
using System.Globalization;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Running;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector end ID...</c> and <c>abort ID...</c>: single connections.</summary>
internal sealed class EndCommand : AdminCommand
{
    private readonly Argument<long[]> _ids = ConnectionIds.Several();
    private readonly Func<AdminClient, long, CancellationToken, Task> _end;
    private readonly string _done;

    private EndCommand(Flags flags, string name, string description, string story, Func<AdminClient, long, CancellationToken, Task> end, string done)
        : base(flags, name, description, story, $"socketconnector {name} 12")
    {
        (_end, _done) = (end, done);
        Arguments.Add(_ids);
    }

    public static EndCommand InOrder(Flags flags) => new(
        flags,
        "end",
        "Ends connections in order.",
        "Both peers get what is on its way to them, and then an orderly end. ID is the\nnumber of a connection, as in lists and events.",
        static (client, id, cancellationToken) => client.EndAsync(id, cancellationToken),
        "ends in order");

    public static EndCommand AtOnce(Flags flags) => new(
        flags,
        "abort",
        "Resets connections.",
        "Both peers see a failure, and what is on its way to them is lost. ID is the\nnumber of a connection, as in lists and events.",
        static (client, id, cancellationToken) => client.AbortAsync(id, cancellationToken),
        "is reset");

    /// <summary>Goes on behind one that is gone.</summary>
    protected override async Task<int> RunAsync(ParseResult line, AdminClient client, CancellationToken cancellationToken)
    {
        int code = Runner.Stopped;
        using var output = new ToolOutput();
        foreach (long id in line.GetRequiredValue(_ids))
        {
            try
            {
                await _end(client, id, cancellationToken);
                output.Write(string.Create(CultureInfo.InvariantCulture, $"{(IsJson(line) ? $$"""{"id":{{id}}}""" : $"#{id} {_done}")}\n"));
            }
            catch (AdminFailure failure)
            {
                Notice.BeforeStart(failure.Message);
                code = Runner.Failed;
            }
        }

        return code;
    }
}
