using System.Diagnostics;
using System.Globalization;

namespace SocketConnector.Fuzz;

/// <summary>A run of afl-fuzz on one target.</summary>
internal static class Campaign
{
    private const string Fuzzer = "afl-fuzz";

    // A machine that is busy with something else may need long for an input; the target itself counts processor time.
    private const string Milliseconds = "10000";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    // AFL's checks of the machine are for native programs: of their instrumentation, their core dumps and the clock of the processor.
    private static readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal)
    {
        ["AFL_BENCH_UNTIL_CRASH"] = "1",
        ["AFL_FORKSRV_INIT_TMOUT"] = "60000",
        ["AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES"] = "1",
        ["AFL_MAP_SIZE"] = "65536",
        ["AFL_NO_AFFINITY"] = "1",
        ["AFL_NO_UI"] = "1",
        ["AFL_SKIP_BIN_CHECK"] = "1",
        ["AFL_SKIP_CPUFREQ"] = "1",
    };

    /// <summary>Whether there is an afl-fuzz.</summary>
    public static bool IsPossible => OperatingSystem.IsLinux() && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, Fuzzer)));

    /// <summary>Runs until the time is over or an input breaks a promise.</summary>
    public static async Task<Findings> RunAsync(Target target, TimeSpan time, CancellationToken cancellationToken)
    {
        string output = Output(target);
        DeleteAll(output);
        Directory.CreateDirectory(output);
        string corpus = Corpus.Folder(target), dictionary = Corpus.Dictionary(target);
        string[] arguments =
        [
            "-i", corpus, "-o", output, "-t", Milliseconds, "-G", Number(Target.MaxLength), "-V", Number(Math.Ceiling(time.TotalSeconds)),
            .. File.Exists(dictionary) ? (string[])["-x", dictionary] : [],
            "--", "dotnet", Instrumented.Make(Program(target)), "serve", target.Name, corpus,
        ];
        (int code, string said) = await RunAsync(Fuzzer, arguments, time + _patience, cancellationToken);
        string? failure = code == 0 ? null : $"{Fuzzer} ended with code {code}:\n{said}";
        var findings = Findings.Of(target, Path.Combine(output, "default"), failure);
        return findings.Input is { } input ? findings with { Broken = $"{Findings.Show(target, input)}\n{await ReplayAsync(target, input, cancellationToken)}\n{failure}".TrimEnd() } : findings;
    }

    /// <summary>Says what an input does, in a process of its own, since it may end that or never end.</summary>
    private static async Task<string> ReplayAsync(Target target, string input, CancellationToken cancellationToken)
    {
        try
        {
            (int code, string said) = await RunAsync("dotnet", [typeof(Campaign).Assembly.Location, "replay", target.Name, input], _patience / 4, cancellationToken);
            return code == 0 ? "it passes when tried again" : said;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"it does not end within {(_patience / 4).TotalSeconds} s";
        }
    }

    /// <summary>Takes into the corpus what the last run has found.</summary>
    public static async Task<int> KeepAsync(Target target, CancellationToken cancellationToken)
    {
        DeleteAll(Program(target));
        string found = Path.Combine(Output(target), "default", "queue");
        (int code, string said) = await RunAsync("dotnet", [Instrumented.Make(Program(target)), "merge", target.Name, Corpus.Folder(target), found], TimeSpan.FromMinutes(5), cancellationToken);
        Console.Write(said);
        return code;
    }

    /// <summary>Of each target its own, so that several can run at the same time.</summary>
    private static string Program(Target target) => Path.Combine(Output(target), "program");

    private static void DeleteAll(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Output(Target target) => Path.Combine(Corpus.Artifacts, target.Name);

    private static string Number(double number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<(int Code, string Said)> RunAsync(string program, IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in _settings)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ends.CancelAfter(limit);
        try
        {
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync(ends.Token), errors = process.StandardError.ReadToEndAsync(ends.Token);
            string said = await output + await errors;
            await process.WaitForExitAsync(ends.Token);
            return (process.ExitCode, said);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
