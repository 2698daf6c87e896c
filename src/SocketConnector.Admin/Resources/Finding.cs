using System.Globalization;
using SocketConnector.Admin.Http;
using SocketConnector.Admin.Registry;

namespace SocketConnector.Admin.Resources;

/// <summary>What a request names, or a problem that says that there is none.</summary>
internal static class Finding
{
    public static ConnectorEntry Require(this ConnectorRegistry registry, string id) =>
        registry.Find(id) ?? throw ProblemException.NotFound("there is no such connector, or several have that name; GET /v1/connectors lists their ids");

    public static (ConnectorEntry Entry, Connection Connection) RequireConnection(this ConnectorRegistry registry, string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && registry.TryFindConnection(number, out ConnectorEntry? entry, out Connection? connection)
            ? (entry, connection)
            : throw ProblemException.NotFound("there is no such connection, or it has ended; GET /v1/connections lists those that there are");

    /// <summary>The one that the parameter <c>connector</c> names, or all.</summary>
    public static IReadOnlyList<ConnectorEntry> Wanted(this ConnectorRegistry registry, Parameters parameters) =>
        parameters.Text("connector") is { } id ? [registry.Require(id)] : registry.Entries;
}
