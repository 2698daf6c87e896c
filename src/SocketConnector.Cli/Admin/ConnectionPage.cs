using System.Text.Json;

namespace SocketConnector.Cli.Admin;

/// <summary>Some of the connections that were asked for.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="Matched">How many of these the filter lets through.</param>
/// <param name="Connections">As they came, so that what this version does not know is passed on.</param>
internal sealed record ConnectionPage(int Total, int Matched, IReadOnlyList<JsonElement> Connections);
