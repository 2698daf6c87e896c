using SocketConnector.Cli.Running;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.CommandLine;

/// <summary>Reads <c>all</c> and <c>none</c>.</summary>
internal static class EventsParser
{
    public static Parsed<EventScope> Parse(string text) => text switch
    {
        "all" => EventScope.All,
        "none" or "off" => EventScope.None,
        _ => new Wrong($"'{text}' names no events; write all or none"),
    };
}
