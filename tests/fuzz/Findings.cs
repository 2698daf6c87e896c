using System.Globalization;

namespace SocketConnector.Fuzz;

/// <summary>What a run of afl-fuzz came to.</summary>
/// <param name="Target">Its name.</param>
/// <param name="Executions">How many inputs were tried.</param>
/// <param name="PerSecond">How many in a second.</param>
/// <param name="Inputs">How many take branches of their own, those that were there before included.</param>
/// <param name="Input">The file of the input that broke a promise, if one did.</param>
/// <param name="Broken">That input that broke a promise, which promise, and what to do with it; or how afl-fuzz itself failed.</param>
internal sealed record Findings(string Target, long Executions, double PerSecond, long Inputs, string? Input, string? Broken)
{
    public bool IsClean => Input is null && Broken is null && Executions > 0;

    public static Findings Of(Target target, string folder, string? failure)
    {
        Dictionary<string, string> told = ReadStats(Path.Combine(folder, "fuzzer_stats"));
        string? crash = Directory.Exists(Path.Combine(folder, "crashes")) ? Directory.EnumerateFiles(Path.Combine(folder, "crashes"), "id*").FirstOrDefault() : null;

        // Where the program itself is gone, the input it had is the last one.
        string last = Path.Combine(folder, ".cur_input");
        string? input = crash ?? (failure is not null && File.Exists(last) ? last : null);
        return new Findings(target.Name, (long)Number(told, "execs_done"), Number(told, "execs_per_sec"), (long)Number(told, "corpus_count"), input, failure);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Target}: {Executions} inputs tried, {PerSecond:F0} a second; {Inputs} with branches of their own{(Broken is null ? "" : $"\n{Broken}")}");

    public static string Show(Target target, string file)
    {
        byte[] input = File.ReadAllBytes(file);
        return $"broken by {input.Length} bytes (put them in tests/fuzz/corpus/{target.Name}):\n{Convert.ToHexString(input)}";
    }

    private static Dictionary<string, string> ReadStats(string file) => !File.Exists(file)
        ? []
        : File.ReadLines(file).Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim(), StringComparer.Ordinal);

    private static double Number(Dictionary<string, string> told, string name) =>
        double.TryParse(told.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : 0;
}
