using System.Diagnostics;
using System.Globalization;
using System.Net;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.Measured;

/// <summary>A relay that is killed, or stopped in order, twenty times under the load of several sessions, all of them processes. Started by tests/restarts.sh.</summary>
[Collection(Alone.Name)]
public sealed class RestartedRelay(ITestOutputHelper output) : IDisposable
{
    private const int Restarts = 20;
    private const int Sessions = 3;
    private const int UsersOfEach = 16;

    private static readonly TimeSpan _back = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("restarted").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Explicit = true)]
    public async Task B115_Every_end_is_back_after_each_of_twenty_kills_and_stops_with_its_own_partner()
    {
        var at = new IPEndPoint(IPAddress.Loopback, TestServer.RefusingPort());
        ChildProcess relay = await StartAsync(at);
        ProgramSession[] sessions = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(session => ProgramSession.StartAsync(at, session, UsersOfEach, _folder)));
        double slowest = 0;
        for (int restart = 0; restart <= Restarts; restart++)
        {
            slowest = Math.Max(slowest, await BackAsync(sessions));
            if (restart < Restarts)
            {
                await EndAsync(relay, isKill: restart % 2 == 0);
                relay = await StartAsync(at);
            }
        }

        await Task.WhenAll(sessions.Select(static session => session.Users.StopAsync()));
        Assert.Empty(sessions.SelectMany(static session => session.Wrong));
        int connections = 0;
        foreach (ProgramSession session in sessions)
        {
            connections += await session.ExpectReasonsAsync();
            await session.DisposeAsync();
        }

        await EndAsync(relay, isKill: false);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Restarts} restarts: {sessions.Sum(static session => session.Users.Answered)} connections of users were answered, {sessions.Sum(static session => session.Users.Cut)} were cut or turned away; {connections} connections of the ends, each with a reason; all sessions were back {slowest:0.0} s after the relay at the latest"));
    }

    private static async Task<ChildProcess> StartAsync(IPEndPoint at)
    {
        ChildProcess relay = TheProgram.Start("rendezvous", at.ToString(), "--max-joins", "1000000", "--drain", "300ms", "--events", "none");
        await relay.LineAsync("listening on");
        return relay;
    }

    private static async Task EndAsync(ChildProcess relay, bool isKill)
    {
        await relay.SignalAsync(isKill ? "KILL" : "INT");
        int code = await relay.ExitAsync();
        Assert.True(isKill || code == 0, $"exit code {code}: {relay.Told}");
        await relay.DisposeAsync();
    }

    /// <returns>How many seconds it took until each session had brought answers on more new connections than could have been under way.</returns>
    private static async Task<double> BackAsync(ProgramSession[] sessions)
    {
        long start = Stopwatch.GetTimestamp();
        int[] answered = [.. sessions.Select(static session => session.Users.Answered)];
        await Eventually.TrueAsync(() => sessions.Zip(answered).All(static each => each.First.Users.Answered > each.Second + UsersOfEach), _back);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
