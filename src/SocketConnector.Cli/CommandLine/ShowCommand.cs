using System.CommandLine;
using System.Text.Json;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Tables;

namespace SocketConnector.Cli.CommandLine;

/// <summary><c>socketconnector show ID</c>: all that is known of one connection.</summary>
internal sealed class ShowCommand : AdminCommand
{
    private readonly Argument<long> _id = ConnectionIds.One();

    public ShowCommand(Flags flags)
        : base(
            flags,
            "show",
            "Shows all that is known of one connection.",
            "ID is its number, as in lists and events. Of both peers it tells the addresses\nand identities, the TLS, and what the kernel knows of their TCP.",
            "socketconnector show 12") => Arguments.Add(_id);

    protected override async Task<int> RunAsync(ParseResult line, AdminClient client, CancellationToken cancellationToken)
    {
        JsonElement connection = await client.GetConnectionAsync(line.GetValue(_id), cancellationToken);
        using var output = new ToolOutput();
        if (IsJson(line))
        {
            JsonLine.Write(connection, ConnectorNames.Of(await client.GetConnectorsAsync(cancellationToken)), output.Lines);
            output.Flush();
        }
        else
        {
            output.Write(ConnectionSheet.Of(connection.Deserialize(AdminJson.Default.ConnectionInfo)!, TerminalWidth.OfOutput()));
        }

        return Runner.Stopped;
    }
}
