using System.Globalization;
using SocketConnector.Cli.Tests.Admin;
using SocketConnector.Cli.Tests.Processes;

namespace SocketConnector.Cli.Tests.Measured;

/// <summary>What <c>top</c> takes of a core while it shows ten thousand connections; started by tests/top.sh alone, on a quiet machine.</summary>
[Collection(Alone.Name)]
public sealed class TopFigures(ITestOutputHelper output)
{
    private const int Seconds = 20;

    [Theory(Explicit = true)]
    [InlineData(80, 24, false)]
    [InlineData(200, 60, false)]
    [InlineData(200, 60, true)]
    public async Task B135_Ten_thousand_connections_take_less_than_five_hundredths_of_a_core(int columns, int lines, bool isMoving)
    {
        await using var admin = FakeAdmin.OnUnixSocket();
        admin.AnswerBusyCrowd(10_000);
        await using TmuxTerminal terminal = await TmuxTerminal.StartAsync(columns, lines, $"exec {TheProgram.InShell("top", "--admin", admin.Place)}");
        await terminal.ShowsAsync("of 10000 by id");
        int process = int.Parse(await terminal.AskAsync("#{pane_pid}"), CultureInfo.InvariantCulture);

        // Behind the compiler's work at the start.
        await RunAsync(terminal, 5, isMoving);
        TimeSpan before = TmuxTerminal.ProcessorTime(process);
        long start = TimeProvider.System.GetTimestamp();
        await RunAsync(terminal, Seconds, isMoving);
        double share = (TmuxTerminal.ProcessorTime(process) - before) / TimeProvider.System.GetElapsedTime(start);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"top, {columns} x {lines}, {(isMoving ? "keys held down" : "no keys")}: {share * 100:0.00} % of a core"));
        Assert.InRange(share, 0, 0.05);
    }

    private static async Task RunAsync(TmuxTerminal terminal, int seconds, bool isMoving)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start).TotalSeconds < seconds)
        {
            if (isMoving)
            {
                await terminal.SendAsync("PageDown");
            }

            // As fast as a keyboard repeats.
            await Task.Delay(30);
        }
    }
}
