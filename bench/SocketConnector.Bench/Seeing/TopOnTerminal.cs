using System.Diagnostics;
using System.Globalization;
using System.Text;
using SocketConnector.Bench.Measuring;

namespace SocketConnector.Bench.Seeing;

/// <summary><c>socketconnector top</c> on a terminal of its own, which script(1) makes; what it draws is read and dropped.</summary>
internal sealed class TopOnTerminal : IWatcher
{
    public const int Columns = 200;
    public const int Lines = 60;

    // Stands at the bottom of the table, with the number of connections before it.
    private const string Drawn = " by id";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly Process _script;
    private readonly Task _drawing;
    private readonly ProcessTree _tree;
    private readonly double _cpu;
    private readonly long _begun = Stopwatch.GetTimestamp();

    private TopOnTerminal(Process script, int top)
    {
        (_script, _tree) = (script, new ProcessTree(top));
        _cpu = _tree.CpuSeconds();
        _drawing = script.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    /// <summary>Returns once it has drawn the connections.</summary>
    public static async Task<TopOnTerminal> StartAsync(string program, SeenRelay relay)
    {
        string command = $"stty rows {Lines} cols {Columns}; echo $$; exec '{program}' top --admin 'unix:{relay.Socket}'";
        var start = new ProcessStartInfo("script", ["-qfc", command, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        (start.Environment["SHELL"], start.Environment["TERM"]) = ("/bin/sh", "xterm-256color");
        Process script = Process.Start(start) ?? throw new InvalidOperationException("script does not start");
        try
        {
            int top = int.Parse(await LineAsync(script).WaitAsync(_patience), CultureInfo.InvariantCulture);
            await DrawnAsync(script).WaitAsync(_patience);
            return new TopOnTerminal(script, top);
        }
        catch
        {
            await EndAsync(script);
            throw;
        }
    }

    /// <summary>In percent of a core, since it has drawn the connections.</summary>
    public double ShareOfCore => 100 * (_tree.CpuSeconds() - _cpu) / Stopwatch.GetElapsedTime(_begun).TotalSeconds;

    public IReadOnlyList<Reading> Read() => _drawing.IsCompleted
        ? throw new InvalidOperationException("top has ended")
        : [new("- top's CPU meanwhile, % of a core", ShareOfCore)];

    public async ValueTask DisposeAsync()
    {
        await EndAsync(_script);
        await _drawing;
        _script.Dispose();
    }

    /// <summary>Asks it to quit as its user would.</summary>
    private static async Task EndAsync(Process script)
    {
        if (!script.HasExited)
        {
            await script.StandardInput.WriteAsync('q');
            await script.StandardInput.FlushAsync();
        }

        await Task.WhenAny(script.WaitForExitAsync(), Task.Delay(TimeSpan.FromSeconds(1)));
        script.Kill(entireProcessTree: true);
        await script.WaitForExitAsync();
    }

    private static async Task<string> LineAsync(Process script) =>
        await script.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("script has ended");

    private static async Task DrawnAsync(Process script)
    {
        var said = new StringBuilder();
        char[] some = new char[64 * 1024];
        while (!said.ToString().Contains(Drawn, StringComparison.Ordinal))
        {
            int count = await script.StandardOutput.ReadAsync(some);
            _ = count > 0 ? said.Append(some, 0, count) : throw new InvalidOperationException($"top has ended: {said}");
        }
    }
}
