using System.Buffers;
using System.CommandLine;
using System.Runtime.CompilerServices;
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
        await foreach (AdminEvent happened in UntilEndAsync(client, cancellationToken))
        {
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

    /// <summary>A channel ends with its program, in the middle of this.</summary>
    private static async IAsyncEnumerable<AdminEvent> UntilEndAsync(AdminClient client, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        IAsyncEnumerator<AdminEvent> events = client.WatchAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (events)
        {
            for (bool hasBegun = false; await NextAsync(events, hasBegun); hasBegun = true)
            {
                yield return events.Current;
            }
        }
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<AdminEvent> events, bool hasBegun)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (AdminFailure failure) when (hasBegun && failure.IsEnd)
        {
            Notice.BeforeStart("the connector has ended");
            return false;
        }
    }
}
