using SocketConnector.Diagnostics;

namespace SocketConnector.Cli.Running;

/// <summary>A line of the program itself on standard error.</summary>
internal static class Notice
{
    /// <summary>Why it does not start. The user is there to read it, so it carries no time.</summary>
    public static void BeforeStart(string line) => Write($"socketconnector: {line}");

    /// <summary>While it runs, which may be weeks.</summary>
    public static void WhileRunning(string line, string? name) => Write($"{TimeStamp.Of(TimeProvider.System.GetLocalNow(), name)} socketconnector: {line}");

    private static void Write(string line) => StandardErrorLines.OfProcess.TryAdd($"{LegibleText.Of(line)}\n");
}
