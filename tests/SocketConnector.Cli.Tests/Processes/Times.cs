using System.Text.RegularExpressions;

namespace SocketConnector.Cli.Tests.Processes;

/// <summary>The times in what the program prints, which no test can foresee.</summary>
internal static partial class Times
{
    /// <summary>The line as it would be without its time, plain or JSON, and without the name behind a plain one; any other line as it is.</summary>
    public static string Remove(string line) => Plain().Replace(Json().Replace(line, "{"), "");

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} (?:\[\w+\] )?", RegexOptions.None, 1000)]
    private static partial Regex Plain();

    [GeneratedRegex("""^\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z",""", RegexOptions.None, 1000)]
    private static partial Regex Json();
}
