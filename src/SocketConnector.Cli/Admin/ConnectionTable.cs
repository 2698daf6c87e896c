using System.Globalization;
using SocketConnector.Cli.Tables;

namespace SocketConnector.Cli.Admin;

/// <summary>Connections for people.</summary>
internal static class ConnectionTable
{
    public static TextTable Of(IReadOnlyCollection<ConnectionInfo> connections, ConnectorList connectors, bool withRates)
    {
        bool hasSeveral = connectors.Connectors.Count > 1;
        Dictionary<string, string> names = connectors.Connectors.ToDictionary(static connector => connector.Id, static connector => connector.Name ?? connector.Id, StringComparer.Ordinal);
        var table = new TextTable(
        [
            new TextColumn("ID") { IsNumber = true },
            .. hasSeveral ? [new TextColumn("CONNECTOR") { IsFlexible = true }] : Array.Empty<TextColumn>(),
            new TextColumn("A") { IsFlexible = true },
            new TextColumn("B") { IsFlexible = true },
            new TextColumn("AGE") { IsNumber = true },
            new TextColumn("A TO B") { IsNumber = true },
            new TextColumn("B TO A") { IsNumber = true },
            .. withRates ? [new TextColumn("RATE") { IsNumber = true }] : Array.Empty<TextColumn>(),
        ]);
        foreach (ConnectionInfo each in connections)
        {
            table.Add(
            [
                each.Id.ToString(CultureInfo.InvariantCulture),
                .. hasSeveral ? [names.GetValueOrDefault(each.Connector, each.Connector)] : Array.Empty<string>(),
                each.A.Text,
                each.B.Text,
                TimeText.OfMilliseconds(each.DurationMs),
                SizeText.Of(each.BytesAToB),
                SizeText.Of(each.BytesBToA),
                .. withRates ? [SizeText.Rate(each.RateAToB + each.RateBToA)] : Array.Empty<string>(),
            ]);
        }

        return table;
    }
}
