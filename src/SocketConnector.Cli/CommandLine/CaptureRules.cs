using System.CommandLine;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Stdio;

namespace SocketConnector.Cli.CommandLine;

/// <summary>What does not go together with a capture on standard output.</summary>
internal static class CaptureRules
{
    /// <returns>What is wrong with a command that has something to say there in any case; nothing where the capture goes elsewhere.</returns>
    public static string? Mistake(ParseResult line, Flags flags) =>
        line.GetValue(flags.Capture) is { TakesOutput: true } ? "standard output is for what this command tells, so it cannot be the capture; write --capture FILE" : null;

    /// <returns>What does not go together; nothing where all does.</returns>
    public static string? Mistake(ParseResult line, Flags flags, Side? stdio) => line.GetValue(flags.Capture) is not { TakesOutput: true } ? null
        : stdio is not null ? $"standard output is the stream where a side is {StandardEndPoint.Written}, so it cannot be the capture; write --capture FILE"
        : line.GetValue(flags.Json) ? "standard output is the capture, so there are no events; remove --json, or write --capture FILE"
        : line.GetValue(flags.Events) == EventScope.All && Flags.IsGiven(line, flags.Events) ? "standard output is the capture, so there are no events; remove --events, or write --capture FILE"
        : null;
}
