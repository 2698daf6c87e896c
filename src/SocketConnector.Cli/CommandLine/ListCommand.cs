using System.CommandLine;
using System.Text.Json;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Tables;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector list [FILTER...]</c>: who is connected.</summary>
internal sealed class ListCommand : AdminCommand
{
    // A connector measures between two questions, at least half a second apart.
    private static readonly TimeSpan _sample = TimeSpan.FromMilliseconds(700);

    private readonly Argument<string[]> _filter = new("FILTER") { Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string> _sort = Flags.Valued("--sort", "KEY", "id, age, bytes, rate, a, b or identity [id]", ReadKey, ConnectionSort.Keys[0]);
    private readonly Option<int?> _limit = NumberFlag.Of("--limit", "show the first N [all]", example: 20);

    public ListCommand(Flags flags)
        : base(
            flags,
            "list",
            "Shows who is connected.",
            "Words of FILTER must all be found in the connection's number, its addresses or\nits identities. Sorted by age, bytes or rate, the largest comes first.",
            "socketconnector list alice --sort bytes --limit 10")
    {
        Arguments.Add(_filter);
        Add(_sort, _limit);
    }

    protected override async Task<int> RunAsync(ParseResult line, AdminClient client, CancellationToken cancellationToken)
    {
        string sort = line.GetRequiredValue(_sort);
        var query = new ConnectionQuery { Filter = string.Join(' ', line.GetValue(_filter) ?? []), Sort = sort, IsDescending = ConnectionSort.IsLargestFirst(sort) };
        if (sort == ConnectionSort.Rate)
        {
            await client.GetConnectionsAsync(query with { Limit = 1 }, cancellationToken);
            await Task.Delay(_sample, TimeProvider.System, cancellationToken);
        }

        using var output = new ToolOutput();
        var listing = new ConnectionListing(client, query, line.GetValue(_limit));
        if (IsJson(line))
        {
            var names = ConnectorNames.Of(await client.GetConnectorsAsync(cancellationToken));
            await foreach (JsonElement connection in listing.ReadAsync(cancellationToken))
            {
                JsonLine.Write(connection, names, output.Lines);
                output.Flush();
            }

            return Runner.Stopped;
        }

        var connections = new List<ConnectionInfo>();
        await foreach (JsonElement connection in listing.ReadAsync(cancellationToken))
        {
            connections.Add(connection.Deserialize(AdminJson.Default.ConnectionInfo)!);
        }

        ConnectorList connectors = await client.GetConnectorsAsync(cancellationToken);
        output.Write(ConnectionTable.Of(connections, connectors, withRates: sort == ConnectionSort.Rate).ToText(TerminalWidth.OfOutput()));
        if (connections.Count < listing.Total && TerminalWidth.OfOutput() is not null)
        {
            output.Write($"{connections.Count} of {listing.Total} connections\n");
        }

        return Runner.Stopped;
    }

    private static Parsed<string> ReadKey(string text) =>
        ConnectionSort.Keys.Contains(text, StringComparer.Ordinal) ? text : new Wrong($"'{text}' is no key{Suggestion.For(text, ConnectionSort.Keys)}; it is one of {string.Join(", ", ConnectionSort.Keys)}");
}
