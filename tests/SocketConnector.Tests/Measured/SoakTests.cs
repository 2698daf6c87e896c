using System.Diagnostics;
using System.Globalization;
using SocketConnector.TestKit;
using SocketConnector.Tests.Pumping;
using SocketConnector.Tests.Relaying;

namespace SocketConnector.Tests.Measured;

/// <summary>What is random runs again and again in one process, for as long as it is told to: what leaks a little shows in the end. Started by tests/soak.sh alone.</summary>
[Collection(Alone.Name)]
public sealed class SoakTests(ITestOutputHelper output)
{
    public const string Variable = "SOCKETCONNECTOR_SOAK_MINUTES";

    // A loop keeps 16 pipes at most for the flows to come, of two descriptors each.
    private static readonly int _mostPipesKept = 2 * 16 * Math.Min(8, Environment.ProcessorCount);

    // What the pools of the runtime and of the tests breathe; a connection that stays behind in every run shows all the same in ten minutes.
    private const long HeapTolerance = 8 * 1024 * 1024;

    private int _runs;
    private int _failures;

    [Fact(Explicit = true)]
    public async Task Nothing_is_lost_and_nothing_leaks_however_long_it_runs()
    {
        var length = TimeSpan.FromMinutes(double.Parse(Environment.GetEnvironmentVariable(Variable) ?? "1", CultureInfo.InvariantCulture));
        Func<Task>[] all =
        [
            () => new ScriptTests().B48_Whatever_the_two_sides_do_each_sees_what_it_may(),
            () => new StormTests(output).B47_A_storm_of_connections_that_are_reset_at_random_leaves_nothing_behind(Mode.ServerToServer),
            () => new TinyBufferTests().B40_Random_data_both_ways_at_once_through_tiny_buffers_to_readers_that_pause_at_random(Mode.ServerToServer),
            () => new ScriptTests().B48_Whatever_the_two_sides_do_each_sees_what_it_may(),
            () => new StormTests(output).B47_A_storm_of_connections_that_are_reset_at_random_leaves_nothing_behind(Mode.ServerToSocket),
            () => new TinyBufferTests().B40_Random_data_both_ways_at_once_through_tiny_buffers_to_readers_that_pause_at_random(Mode.SocketToSocket),
        ];

        // The first pays for what is set up once, and counts for nothing but its failures.
        foreach (Func<Task> one in all[..2])
        {
            await RunAsync(one);
        }

        (ProcessFigures before, int socketsBefore, int pipesBefore) = (ProcessFigures.Settled(), Descriptors.Sockets(), Descriptors.Pipes());
        long start = Stopwatch.GetTimestamp();
        for (int next = 0; Stopwatch.GetElapsedTime(start) < length; next++)
        {
            await RunAsync(all[next % all.Length]);
        }

        (ProcessFigures after, int sockets, int pipes) = (ProcessFigures.Settled(), Descriptors.Sockets(), Descriptors.Pipes());
        string figures = string.Create(
            CultureInfo.InvariantCulture,
            $"{_runs} runs, {_failures} failures; {before.Descriptors} descriptors before, {after.Descriptors} after "
            + $"(sockets {socketsBefore}, {sockets}; ends of pipes {pipesBefore}, {pipes}); "
            + $"managed heap {before.ManagedHeap / 1024} KiB before, {after.ManagedHeap / 1024} after; resident {before.Resident / 1024} KiB before, {after.Resident / 1024} after");
        Console.WriteLine($"soak on the {TestEngine.Plain} engine: {figures}");
        Assert.True(_failures == 0, figures);
        Assert.True(sockets <= socketsBefore && pipes <= pipesBefore + _mostPipesKept, figures);
        Assert.True(after.Descriptors - pipes <= before.Descriptors - pipesBefore, figures);
        Assert.True(after.ManagedHeap - before.ManagedHeap < HeapTolerance, figures);
    }

    /// <summary>Goes on after a failure, which tells its seed.</summary>
    private async Task RunAsync(Func<Task> one)
    {
        _runs++;
        try
        {
            await one();
        }
        catch (Exception error)
        {
            _failures++;
            Console.WriteLine($"run {_runs} failed: {error}");
        }
    }
}
