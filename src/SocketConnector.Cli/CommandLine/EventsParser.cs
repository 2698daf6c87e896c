namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads <c>all</c> and <c>none</c>.</summary>
internal static class EventsParser
{
    /// <returns>Whether each connection is told.</returns>
    public static Parsed<bool> Parse(string text) => text switch
    {
        "all" => true,
        "none" or "off" => false,
        _ => new Wrong($"'{text}' names no events; write all or none"),
    };
}
