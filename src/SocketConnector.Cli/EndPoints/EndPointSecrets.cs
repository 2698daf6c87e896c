using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.EndPoints;

/// <summary>The secrets that end points name: keys of <c>auth=</c>, sessions and tickets of <c>via:</c>.</summary>
internal static class EndPointSecrets
{
    /// <summary>Reads those of a side that was parsed. It may wait for standard input, so nothing else on the line should be wrong by now.</summary>
    /// <param name="side">The side.</param>
    /// <param name="connector">The options of the connector that it is for: its log, and how long connecting may take.</param>
    /// <returns>The side with them, or what is wrong with one.</returns>
    public static Parsed<T> Read<T>(T side, ConnectorOptions connector)
        where T : SideOptions => AuthOption.ReadKeys(side).Next(known => UnreadVia.ReadAll(known, connector));

    /// <summary>What to warn of at the start, for each file of secrets that other users may read.</summary>
    /// <param name="written">End points as they are written.</param>
    public static IEnumerable<string> Warnings(params IEnumerable<string> written) =>
        written.SelectMany(static endPoint => AuthOption.Warnings(endPoint).Concat(ViaOptionTable.Warnings(endPoint))).Distinct(StringComparer.Ordinal);

    /// <summary>Which options of end points take a secret from standard input.</summary>
    /// <param name="written">End points as they are written.</param>
    public static IEnumerable<string> FromInput(params IEnumerable<string> written) =>
        written.SelectMany(static endPoint => (AuthOption.ReadsInput(endPoint) ? [$"{AuthOption.Name}="] : Array.Empty<string>()).Concat(ViaOptionTable.FromInput(endPoint)));
}
