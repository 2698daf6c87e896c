using System.Globalization;
using System.Text.RegularExpressions;

namespace SocketConnector.Cli.Tests.Processes;

/// <summary>Starts the program that these tests are about, as a process of its own.</summary>
internal static partial class TheProgram
{
    private static readonly string[] _command = NativePath is { } native
        ? [native]
        : [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "SocketConnector.Cli.dll")];

    // The runtime sends no codes to such a terminal.
    private static readonly Dictionary<string, string> _dumb = new(StringComparer.Ordinal) { ["TERM"] = "dumb" };

    /// <summary>The native executable (packaging/publish.sh), where one is named to be tested.</summary>
    public static string? NativePath => Environment.GetEnvironmentVariable("SOCKETCONNECTOR_TEST_PROGRAM") is { Length: > 0 } path ? Path.GetFullPath(path) : null;

    /// <summary>Whether it is the native executable, which needs far fewer descriptors.</summary>
    public static bool IsNative => NativePath is not null;

    public static ChildProcess Start(params IEnumerable<string> arguments) => ChildProcess.Start(_command[0], [.. _command[1..], .. arguments]);

    /// <summary>With nobody to read its standard output.</summary>
    public static ChildProcess StartUnread(params IEnumerable<string> arguments) => ChildProcess.Start(_command[0], [.. _command[1..], .. arguments], readOutput: false);

    /// <summary>With nobody to read its standard error.</summary>
    public static ChildProcess StartUnheard(params IEnumerable<string> arguments) => ChildProcess.Start(_command[0], [.. _command[1..], .. arguments], readErrors: false);

    /// <summary>With nobody to read either.</summary>
    public static ChildProcess StartAlone(params IEnumerable<string> arguments) =>
        ChildProcess.Start(_command[0], [.. _command[1..], .. arguments], readOutput: false, readErrors: false);

    /// <summary>With one terminal for all that it says, which comes as standard output.</summary>
    public static ChildProcess StartOnTerminal(params IEnumerable<string> arguments) =>
        ChildProcess.Start(Tool.Find("script"), ["-q", "-e", "-c", string.Join(' ', [.. _command, .. arguments]), "/dev/null"], environment: _dumb);

    /// <summary>With a limit of open files (ulimit -n), which the runtime cannot raise.</summary>
    public static ChildProcess StartLimited(int openFiles, params IEnumerable<string> arguments) =>
        ChildProcess.Start("sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"export DOTNET_PROCESSOR_COUNT=2; ulimit -n {openFiles}; exec \"$@\""), "sh", .. _command, .. arguments]);

    /// <summary>With standard streams in these states.</summary>
    public static ChildProcess Start(StandardStreams streams, string folder, params IEnumerable<string> arguments) =>
        Run([.. streams.Before(folder, [.. _command, .. arguments])]);

    /// <summary>With the redirections of a shell, such as <c>2&gt;&amp;-</c>.</summary>
    public static ChildProcess StartRedirected(string redirections, params IEnumerable<string> arguments) =>
        Run(["sh", "-c", $"exec \"$@\" {redirections}", "sh", .. _command, .. arguments]);

    /// <summary>By a shell that runs this before.</summary>
    public static ChildProcess StartAfter(string commands, params IEnumerable<string> arguments) =>
        Run(["sh", "-c", $"{commands}; exec \"$@\"", "sh", .. _command, .. arguments]);

    /// <summary>By a script, in which it is <c>"$@"</c>.</summary>
    public static ChildProcess StartInScript(string script, params IEnumerable<string> arguments) => Run(["sh", "-c", script, "sh", .. _command, .. arguments]);

    /// <summary>By another program, which gets its command behind these arguments.</summary>
    public static ChildProcess StartBy(string program, string[] before, params IEnumerable<string> arguments) =>
        ChildProcess.Start(program, [.. before, .. _command, .. arguments]);

    /// <summary>As a shell takes it.</summary>
    public static string InShell(params IEnumerable<string> arguments) => string.Join(' ', [.. _command, .. arguments]);

    /// <summary>Where a side listens, from what <c>--verbose</c> says on standard error.</summary>
    public static async Task<int> VerbosePortAsync(this ChildProcess program)
    {
        const string Listening = "listening on 127.0.0.1:";
        await program.ErrorLineAsync(Listening);
        return Port(program.Errors.First(line => line.Contains(Listening, StringComparison.Ordinal)));
    }

    /// <summary>Reads the line that says where a side listens.</summary>
    /// <returns>The port.</returns>
    public static async Task<int> ListeningAsync(this ChildProcess program, Side side)
    {
        string line = await program.ReadLineAsync();
        Match match = ListeningLine().Match(line);
        Assert.True(match.Success && match.Groups["side"].Value == side.ToString(), $"'{line}' does not say where side {side} listens: {program.Told}");
        return int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>Reads the line that says where a relay listens.</summary>
    public static async Task<string> RelayAsync(this ChildProcess relay)
    {
        const string Listening = "listening on ";
        string line = await relay.ReadLineAsync();
        Assert.StartsWith(Listening, line, StringComparison.Ordinal);
        return line[Listening.Length..];
    }

    /// <summary>The port in a line that says where a side listens.</summary>
    public static int Port(string? listening) => int.Parse(listening!.TrimEnd('"', '}').Split(':')[^1], CultureInfo.InvariantCulture);

    /// <summary>Asks it to stop, and reads the rest of its events.</summary>
    public static async Task<IReadOnlyList<string>> StopAsync(this ChildProcess program, string signal = "INT")
    {
        await program.SignalAsync(signal);
        await program.ExpectExitAsync(0);
        return await program.ReadLinesToEndAsync();
    }

    private static ChildProcess Run(string[] command) => ChildProcess.Start(command[0], command[1..]);

    [GeneratedRegex("""^(side (?<side>[AB]) listening on |\{"event":"listening","side":"(?<side>[AB])","endPoint":")127\.0\.0\.1:(?<port>\d+)("})?$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ListeningLine();
}
