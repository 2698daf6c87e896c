using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using SocketConnector.Bench;
using SocketConnector.Bench.Relays;
using SocketConnector.Bench.Reporting;
using SocketConnector.Bench.Seeing;

[assembly: SupportedOSPlatform("linux")]

using var stop = new CancellationTokenSource();
using PosixSignalRegistration interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using PosixSignalRegistration terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

if (args is ["seeing", .. string[] words])
{
    return await SeeAsync(words);
}

BenchOptions options;
try
{
    options = BenchOptions.Parse(args);
}
catch (FormatException mistake)
{
    await Console.Error.WriteLineAsync($"{mistake.Message}\n{BenchOptions.Usage}");
    return 2;
}

var layout = Layout.Find();
string docs = options.Pages ?? Path.Combine(layout.Root, options.IsPartial ? "artifacts/bench/docs" : "docs");
string figures = Directory.CreateDirectory(Path.Combine(docs, "benchmarks")).FullName;
string raw = Path.Combine(figures, "raw.csv");

Run run;
bool oursFailed = false;
try
{
    run = options.Render ? RawFile.Read(raw) : await MeasureAsync();
}
catch (OperationCanceledException)
{
    return 130;
}
catch (Exception mistake) when (mistake is FormatException or FileNotFoundException)
{
    await Console.Error.WriteLineAsync(mistake.Message);
    return 2;
}
catch (InvalidOperationException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}

RawFile.Write(raw, run);
IReadOnlyCollection<string> plots = await new Gnuplot(run, figures).DrawAsync();
await File.WriteAllTextAsync(Path.Combine(docs, "benchmarks.md"), new Page(run, plots).Write());
Console.WriteLine($"Written: {Path.Combine(docs, "benchmarks.md")}");
foreach (string failure in run.Failures)
{
    await Console.Error.WriteLineAsync($"failed: {failure}");
}

return oursFailed ? 1 : 0;

async Task<Run> MeasureAsync()
{
    long start = Stopwatch.GetTimestamp();
    IReadOnlyList<Fact> facts = await Machine.DescribeAsync(layout, options);
    DirectoryInfo home = Directory.CreateTempSubdirectory("relays-");
    // The workers of a relay that gives up its rights still open their files in there.
    File.SetUnixFileMode(home.FullName, (UnixFileMode)0b111_101_101);
    try
    {
        IReadOnlyList<RelayRecipe> recipes = new Field(layout, TlsFiles.CreateIn(home.FullName)).Choose(options.Relays);
        await using var campaign = new Campaign(layout, options, recipes, home.FullName);
        await campaign.RunAsync(stop.Token);
        oursFailed = campaign.OursFailed;
        string took = $"{Stopwatch.GetElapsedTime(start).TotalMinutes:0.0} minutes";
        Console.WriteLine($"It took {took}.");
        return new Run(
            [.. facts, new Fact("it took", took)],
            [.. recipes.Select(recipe => new Contender(recipe.Id, recipe.Title, recipe.IsOurs)).Distinct()],
            campaign.Figures,
            campaign.Failures);
    }
    finally
    {
        home.Delete(recursive: true);
    }
}

async Task<int> SeeAsync(string[] words)
{
    try
    {
        return await new SeeingRun(Layout.Find(), SeeingOptions.Parse(words), stop.Token).RunAsync();
    }
    catch (OperationCanceledException)
    {
        return 130;
    }
    catch (FormatException mistake)
    {
        await Console.Error.WriteLineAsync($"{mistake.Message}\n{SeeingOptions.Usage}");
        return 2;
    }
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
