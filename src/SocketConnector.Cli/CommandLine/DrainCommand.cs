using System.CommandLine;
using System.Text.Json;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector drain</c>: stops a connector as Ctrl-C does.</summary>
internal sealed class DrainCommand : AdminCommand
{
    private readonly Option<TimeSpan?> _within = Flags.Valued("--within", "TIME", "reset after TIME what is left [its --drain]", ReadTime, (TimeSpan?)null);

    public DrainCommand(Flags flags)
        : base(
            flags,
            "drain",
            "Stops a connector as Ctrl-C does.",
            "It accepts no more, lets its connections finish, and then ends. This command\ndoes not wait for that.",
            "socketconnector drain --within 30s") => Add(_within);

    protected override async Task<int> RunAsync(ParseResult line, AdminClient client, CancellationToken cancellationToken)
    {
        using var output = new ToolOutput();
        TimeSpan? within = line.GetValue(_within);
        bool hasBegun = false;
        ConnectorList connectors = await client.GetConnectorsAsync(cancellationToken);
        var names = ConnectorNames.Of(connectors);
        foreach (ConnectorInfo connector in connectors.Connectors.Where(static connector => connector.State != "closed"))
        {
            try
            {
                await client.DrainAsync(connector.Id, within, cancellationToken);
            }
            catch (AdminFailure failure) when (failure.IsEnd && hasBegun)
            {
                // The first stops the whole program, which was quick.
                break;
            }

            hasBegun = true;
            if (IsJson(line))
            {
                Tell(names.Of(connector.Id), connector.Active, output);
            }
            else
            {
                string which = connector.Name is { } name ? $"[{LegibleText.Of(name)}] " : "";
                output.WriteLine(which + (connector.Active == 0
                    ? "stopping; no connection is open"
                    : $"stopping; {connector.Active} {(connector.Active == 1 ? "connection" : "connections")} may finish{(within is { } time ? $" within {time.TotalSeconds} s" : "")}"));
            }

            output.Flush();
        }

        return Runner.Stopped;
    }

    private static void Tell(string? name, int active, ToolOutput output)
    {
        using (var json = new Utf8JsonWriter(output.Lines))
        {
            json.WriteStartObject();
            if (name is not null)
            {
                json.WriteString("connector"u8, name);
            }

            json.WriteNumber("active"u8, active);
            json.WriteEndObject();
        }

        output.EndLine();
    }

    private static Parsed<TimeSpan?> ReadTime(string text) => DurationParser.ParseOrZero(text).Next(time =>
        time == Timeout.InfiniteTimeSpan ? new Wrong($"'{text}' is no limit; write a time such as 30s, or leave --within out") : (Parsed<TimeSpan?>)time);
}
