using System.Diagnostics;
using SocketConnector.Bench.Cases;
using SocketConnector.Bench.Measuring;
using SocketConnector.Bench.Relays;

namespace SocketConnector.Bench;

/// <summary>Takes every relay through every case, in rounds, the relays next to each other in time and each round in another order.</summary>
internal sealed class Campaign(Layout layout, BenchOptions options, IReadOnlyList<RelayRecipe> recipes, string home) : IAsyncDisposable
{
    private readonly Ports _ports = new();
    private readonly Dictionary<RelayRecipe, RunningRelay> _relays = [];
    private int _backend;

    public List<Figure> Figures { get; } = [];

    public List<string> Failures { get; } = [];

    /// <summary>That a peer fails is a finding; that ours does is a fault.</summary>
    public bool OursFailed { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _backend = _ports.Take();
        IReadOnlyList<BenchCase> cases = AllCases.Choose(options.Only);
        foreach (RelayRecipe recipe in recipes.Where(recipe => cases.Any(it => it.Suits(recipe))))
        {
            await WarmUpAsync(recipe);
        }

        for (int round = 1; round <= options.Rounds; round++)
        {
            foreach ((int index, BenchCase benchCase) in cases.Index().Where(it => round == 1 || !it.Item.IsCrossCheck))
            {
                foreach (RelayRecipe recipe in Rotated(round - 1 + index).Where(benchCase.Suits))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    await MeasureAsync(round, benchCase, recipe);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RunningRelay relay in _relays.Values)
        {
            await relay.DisposeAsync();
        }
    }

    private IEnumerable<RelayRecipe> Rotated(int turn) => recipes.Skip(turn % recipes.Count).Concat(recipes.Take(turn % recipes.Count));

    /// <summary>Relays run for days: what a process does once, such as compiling its code, belongs to no case.</summary>
    private async Task WarmUpAsync(RelayRecipe recipe)
    {
        Stage stage = new(await StartAsync(recipe, forIdleMemory: false), _backend, layout.Load, options);
        _relays[recipe] = stage.Relay;
        if (recipe.SpeaksTls)
        {
            await using LoadProcess server = await stage.ServeAsync();
            await stage.TlsConnectAsync(16, 500, resumes: false);
            await stage.TlsConnectAsync(16, 500, resumes: true);
            await using LoadProcess up = await stage.TlsFlowsAsync(4, "up");
            await using LoadProcess down = await stage.TlsFlowsAsync(4, "down");
            await Task.Delay(TimeSpan.FromSeconds(options.WarmUp));
        }
        else if (recipe.Meets)
        {
            await stage.MeetAsync(16, 1_000, 3);
            await using LoadProcess pair = await stage.MetFlowAsync();
            await Task.Delay(TimeSpan.FromSeconds(options.WarmUp));
        }
        else if (!recipe.IsDirect)
        {
            await using LoadProcess server = await stage.ServeAsync();
            await stage.ConnectAsync(16, 500, 2);
            await stage.PingAsync(8, 10_000, 1);
            await using LoadProcess client = await stage.FlowsAsync(8, "both");
            await Task.Delay(TimeSpan.FromSeconds(options.WarmUp));
        }

        await stage.Relay.ComeToRestAsync();
    }

    private async Task MeasureAsync(int round, BenchCase benchCase, RelayRecipe recipe)
    {
        long start = Stopwatch.GetTimestamp();
        string result;
        RunningRelay? fresh = null;
        try
        {
            fresh = benchCase.NeedsFreshRelay ? await StartAsync(recipe, forIdleMemory: true) : null;
            IReadOnlyDictionary<string, double> measured = await benchCase.MeasureAsync(new Stage(fresh ?? _relays[recipe], _backend, layout.Load, options)
            {
                Launch = benchCase.StartsTheRelay ? () => RunningRelay.Begin(recipe, PlaceFor(recipe, forIdleMemory: false)) : null,
            });
            Figures.AddRange(measured.Select(it => new Figure(round, benchCase.Id, recipe.Id, it.Key, it.Value)));
            result = string.Join("  ", measured.Select(it => FormattableString.Invariant($"{it.Key} {it.Value:0.###}")));
        }
        catch (Exception error) when (error is InvalidOperationException or IOException or TimeoutException)
        {
            // One that fails is a finding; the others are measured all the same.
            result = $"FAILED: {error.Message}";
            Failures.Add($"round {round}, {benchCase.Id}, {recipe.Title}: {error.Message}");
            OursFailed |= recipe.IsOurs;
            await RestartAsync(recipe);
        }
        finally
        {
            await (fresh?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        Console.WriteLine(FormattableString.Invariant($"{round}/{options.Rounds}  {benchCase.Id,-12} {recipe.Id,-9} {Stopwatch.GetElapsedTime(start).TotalSeconds,4:0.0} s  {result}"));
    }

    private async Task RestartAsync(RelayRecipe recipe)
    {
        await _relays[recipe].DisposeAsync();
        _relays[recipe] = await StartAsync(recipe, forIdleMemory: false);
    }

    private Task<RunningRelay> StartAsync(RelayRecipe recipe, bool forIdleMemory) => RunningRelay.StartAsync(recipe, PlaceFor(recipe, forIdleMemory));

    private RelayPlace PlaceFor(RelayRecipe recipe, bool forIdleMemory)
    {
        int port = _ports.Take();
        return new RelayPlace(port, _backend, Path.Combine(home, $"{recipe.Id}-{port}"), forIdleMemory);
    }
}
