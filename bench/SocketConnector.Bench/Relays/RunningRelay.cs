using System.Diagnostics;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Relays;

/// <summary>A relay that runs, with its output in a file, until it is disposed. Direct runs nothing: its port is the backend's.</summary>
internal sealed class RunningRelay : IAsyncDisposable
{
    private readonly Process? _process;
    private readonly int _socketsAtRest;

    private RunningRelay(RelayRecipe recipe, int port, Process? process)
    {
        (Recipe, Port, _process) = (recipe, port, process);
        Tree = new ProcessTree(process?.Id);
        _socketsAtRest = Tree.Sockets();
    }

    public RelayRecipe Recipe { get; }

    /// <summary>Where clients connect to.</summary>
    public int Port { get; }

    public ProcessTree Tree { get; }

    public bool HasExited => _process?.HasExited == true;

    public static async Task<RunningRelay> StartAsync(RelayRecipe recipe, RelayPlace place)
    {
        if (recipe.IsDirect)
        {
            return new RunningRelay(recipe, place.Backend, null);
        }

        Process process = Launch(recipe, place);
        try
        {
            await Listening.OnAsync(place.Port, process);
        }
        catch (InvalidOperationException error)
        {
            process.Dispose();
            throw new InvalidOperationException($"{recipe.Title}: {error.Message}\n{await File.ReadAllTextAsync(Log(place))}", error);
        }

        await Task.Delay(300);
        return new RunningRelay(recipe, place.Port, process);
    }

    /// <summary>Starts one, which does not listen yet.</summary>
    public static RunningRelay Begin(RelayRecipe recipe, RelayPlace place) => new(recipe, place.Port, Launch(recipe, place));

    /// <summary>Waits until no socket is left of what was measured, so that the next measurement does not pay for it.</summary>
    public async Task ComeToRestAsync()
    {
        long start = Stopwatch.GetTimestamp();
        while (!HasExited && Tree.Sockets() > _socketsAtRest && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(3))
        {
            await Task.Delay(20);
        }
    }

    private static Process Launch(RelayRecipe recipe, RelayPlace place)
    {
        Directory.CreateDirectory(place.Home);
        // The shell gives way to the relay, so the process is the relay's own and writes to the file by itself.
        return Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" >\"$0\" 2>&1", Log(place), .. recipe.Command(place)]))
            ?? throw new InvalidOperationException($"{recipe.Title} does not start");
    }

    private static string Log(RelayPlace place) => Path.Combine(place.Home, "output.log");

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
        {
            return;
        }

        // Asked first, so that a relay of several processes ends and buries them by itself.
        await Tool.FirstLineAsync("kill", "-TERM", $"{_process.Id}");
        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(500));
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
