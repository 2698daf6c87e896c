using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using SocketConnector.MicroBench;

if (args is [AddressRates.Name])
{
    await AddressRates.RunAsync();
    return 0;
}

// Each run builds a program of its own around the benchmarks. Analyzers have seen their sources; MSBuild takes properties
// from the environment, and this one saves most of that build's time.
Environment.SetEnvironmentVariable("RunAnalyzers", "false");

// It looks for the project below the current directory, since it knows no .slnx.
Environment.CurrentDirectory = Repository.Root;

ManualConfig config = ManualConfig.CreateEmpty()
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddExporter(MarkdownExporter.GitHub)
    .AddLogger(ConsoleLogger.Default)
    .WithArtifactsPath(Path.Combine(Repository.Root, "artifacts", "microbench"));

IEnumerable<Summary> summaries = BenchmarkSwitcher.FromAssembly(typeof(Repository).Assembly).Run(args, config);
return summaries.Any(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
