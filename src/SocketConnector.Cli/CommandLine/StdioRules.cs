using System.CommandLine;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Running;
using SocketConnector.Cli.Stdio;

namespace SocketConnector.Cli.CommandLine;

/// <summary>What is different where a side is <c>stdio:</c>.</summary>
internal static class StdioRules
{
    /// <param name="line">The command line, which the parser has found right.</param>
    /// <param name="flags">Its options.</param>
    /// <param name="a">Side A, and how it is written.</param>
    /// <param name="b">Side B.</param>
    /// <returns>What does not go together; nothing where all does.</returns>
    public static string? Mistake(ParseResult line, Flags flags, (SideOptions Options, string Written) a, (SideOptions Options, string Written) b) =>
        StandardEndPoint.Is(a.Options) && StandardEndPoint.Is(b.Options) ? $"only one side can be {StandardEndPoint.Written}; choose another for one of them"
        : line.GetValue(flags.Json) ? $"standard output is the stream where a side is {StandardEndPoint.Written}, so there are no events; remove --json"
        : line.GetValue(flags.Events) == EventScope.All && IsGiven(line, flags.Events) ? $"standard output is the stream where a side is {StandardEndPoint.Written}, so there are no events; remove --events"
        : AuthOption.ReadsInput(a.Written) || AuthOption.ReadsInput(b.Written) ? $"standard input is the stream where a side is {StandardEndPoint.Written}, so no key can be read from it; write {AuthOption.FromFile}"
        : ViaOptionTable.ReadsInput(a.Written) || ViaOptionTable.ReadsInput(b.Written) ? $"standard input is the stream where a side is {StandardEndPoint.Written}, so no secret can be read from it; write session=file:PATH"
        : null;

    /// <summary>There is one stream, so a side that listens takes one peer, unless it says how many.</summary>
    public static T Once<T>(T side)
        where T : SideOptions => side is ListenOptions { AcceptLimit: null } listen && !StandardEndPoint.Is(side) ? (T)(SideOptions)(listen with { AcceptLimit = 1 }) : side;

    /// <summary>
    /// A program in a pipeline may take its time once its own input has ended, as is so from the start under cron; and what its producer has left
    /// behind after Ctrl-C must not be taken for the whole.
    /// </summary>
    public static RunPlan Apply(RunPlan plan, Side side, ParseResult line, Flags flags) => plan with
    {
        StdioSide = side,
        Drain = IsGiven(line, flags.Drain) ? plan.Drain : TimeSpan.Zero,
        Options = IsGiven(line, flags.HalfCloseTimeout) ? plan.Options : plan.Options with { HalfCloseTimeout = Timeout.InfiniteTimeSpan },
    };

    private static bool IsGiven(ParseResult line, Option flag) => line.GetResult(flag) is { Implicit: false };
}
