using System.Buffers;
using System.CommandLine;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Events;
using SocketConnector.Cli.Running;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector watch</c>: what happens, as it happens.</summary>
internal sealed class WatchCommand(Flags flags) : AdminCommand(
    flags,
    "watch",
    "Tells what happens from now on, in a line for each event.",
    "The lines are those of the connector itself: who is joined, who waits or is\nrefused, and why each connection closed. It goes on until Ctrl-C, or until the\nconnector ends.",
    "socketconnector watch --json")
{
    protected override async Task<int> RunAsync(ParseResult line, AdminClient client, CancellationToken cancellationToken)
    {
        using var output = new ToolOutput();
        var events = new WatchedEvents(client);
        await foreach (AdminEvent happened in client.WatchAsync(cancellationToken))
        {
            if (happened.Name == "stopped")
            {
                Notice.BeforeStart("the connector has ended");
                break;
            }

            if (happened.Name == "lost")
            {
                Notice.BeforeStart($"events left out because they came too fast: {client.Read(happened.Data, AdminJson.Default.LostData).Count}");
            }
            else if (events.Read(happened) is { } read)
            {
                Action<RelayEvent, IBufferWriter<byte>> form = IsJson(line) ? JsonForm.Of(read.Connector) : PlainForm.Of(read.Connector);
                form(read.Event, output.Lines);
                output.EndLine();
                output.Flush();
            }
        }

        return Runner.Stopped;
    }
}
