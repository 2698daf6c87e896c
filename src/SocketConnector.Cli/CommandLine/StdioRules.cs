using System.CommandLine;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Stdio;

namespace SocketConnector.Cli.CommandLine;

/// <summary>What is different where a side is <c>stdio:</c>.</summary>
internal static class StdioRules
{
    /// <returns>What is wrong with the two sides of a mode; nothing where one of them at most is.</returns>
    public static string? Mistake(SideOptions a, SideOptions b) =>
        StandardEndPoint.Is(a) && StandardEndPoint.Is(b) ? $"only one side can be {StandardEndPoint.Written}; choose another for one of them" : null;

    /// <param name="line">The command line, which the parser has found right.</param>
    /// <param name="flags">Its options.</param>
    /// <param name="endPoints">Every end point as it is written.</param>
    /// <returns>What does not go together; nothing where all does.</returns>
    public static string? Mistake(ParseResult line, Flags flags, params IReadOnlyCollection<string> endPoints) =>
        line.GetValue(flags.Json) ? $"standard output is the stream where a side is {StandardEndPoint.Written}, so there are no events; remove --json"
        : line.GetValue(flags.Events) == EventScope.All && Flags.IsGiven(line, flags.Events) ? $"standard output is the stream where a side is {StandardEndPoint.Written}, so there are no events; remove --events"
        : endPoints.Any(AuthOption.ReadsInput) ? $"standard input is the stream where a side is {StandardEndPoint.Written}, so no key can be read from it; write {AuthOption.FromFile}"
        : endPoints.SelectMany(ViaOptionTable.FromInput).Any() ? $"standard input is the stream where a side is {StandardEndPoint.Written}, so no secret can be read from it; write session=file:PATH"
        : null;

    /// <summary>There is one stream, so a side that listens takes one peer, unless it says how many.</summary>
    public static T Once<T>(T side)
        where T : SideOptions => side is ListenOptions { AcceptLimit: null } listen && !StandardEndPoint.Is(side) ? (T)(SideOptions)(listen with { AcceptLimit = 1 }) : side;

    /// <summary>
    /// No half-close timeout: a program in a pipeline may run long after its input has ended, which under cron is at once. No drain: after Ctrl-C
    /// a part of the stream must not look like the whole.
    /// </summary>
    public static RunPlan Apply(RunPlan plan, Side side, ParseResult line, Flags flags) => plan with
    {
        StdioSide = side,
        Drain = Flags.IsGiven(line, flags.Drain) ? plan.Drain : TimeSpan.Zero,
        Options = Flags.IsGiven(line, flags.HalfCloseTimeout) ? plan.Options : plan.Options with { HalfCloseTimeout = Timeout.InfiniteTimeSpan },
    };
}
