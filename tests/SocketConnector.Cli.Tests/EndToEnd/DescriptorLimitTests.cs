using System.Diagnostics;
using System.Globalization;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Where the process may open few files only: more clients than it can serve at once wait, and none of them ends it.</summary>
public sealed class DescriptorLimitTests(ITestOutputHelper output)
{
    private const int Limit = 256;
    private const int Clients = 150;
    private const double Rest = 0.05;
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    // A second by itself; a machine that runs other tests beside this one has no seconds to promise.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task B15_Clients_beyond_the_descriptor_limit_wait_until_others_have_gone()
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartLimited(Limit, "server-to-socket", "127.0.0.1:0", server.EndPoint.ToString());
        int port = await program.ListeningAsync(Side.A);
        var clients = new List<TestPeer>();
        for (int i = 0; i < Clients; i++)
        {
            clients.Add(await ProgramPair.DialAsync(port));
        }

        await program.ErrorLineAsync("this process has too many files open (ulimit -n)");

        for (int served = 0; served < Clients; served++)
        {
            using TestPeer upstream = await server.AcceptAsync();
            await upstream.WriteAsync("x");
            TestPeer client = await FirstServedAsync(clients);
            Assert.Equal("x", await client.ReadTextAsync(1));
            clients.Remove(client);
            client.Dispose();
        }

        using TestPeer late = await ProgramPair.DialAsync(port);
        using TestPeer lateUpstream = await server.AcceptAsync();
        await late.WriteAsync("still here");
        Assert.Equal("still here", await lateUpstream.ReadTextAsync(10));
        Assert.True(program.Errors.Count < 20, $"it complains once for each burst, not for each failure: {program.Told}");
    }

    [Theory]
    [MemberData(nameof(Limits))]
    public Task B77_With_few_descriptors_it_serves_what_fits_rests_and_serves_again(int limit, string engine) => ComeAndGoAsync(limit, engine, rounds: 2, _patience);

    /// <summary>Run by tests/descriptors.sh: it takes minutes.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Limits))]
    public Task B77_Twenty_crowds_come_and_go(int limit, string engine) => ComeAndGoAsync(limit, engine, rounds: 20, _second);

    [Theory]
    [MemberData(nameof(TooSmall))]
    public async Task B77_A_limit_too_small_to_run_with_is_refused_in_one_line(int limit)
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartLimited(limit, "server-to-socket", "127.0.0.1:0", server.EndPoint.ToString());
        await program.ExpectExitAsync(1);
        string line = Assert.Single(program.Errors);
        Assert.Matches($@"^socketconnector: .*this process may open {limit} files and needs at least \d+ \(ulimit -n\)$", line);
        Assert.Empty(await program.ReadLinesToEndAsync());
    }

    /// <summary>Code that is compiled when it is needed takes three times as many as the native executable.</summary>
    public static TheoryData<int> TooSmall => TheProgram.IsNative ? [8, 16, 24, 32] : [48, 64, 72, 80];

    public static TheoryData<int, string> Limits
    {
        get
        {
            var all = new TheoryData<int, string>();
            foreach (int limit in (int[])[104, 128, 256, 1024])
            {
                all.Add(limit, "auto");
                all.Add(limit, "portable");
            }

            return all;
        }
    }

    private async Task ComeAndGoAsync(int limit, string engine, int rounds, TimeSpan soon)
    {
        await using var server = new EchoServer();
        await using ChildProcess program = TheProgram.StartLimited(
            limit, "server-to-socket", "127.0.0.1:0,backlog=4096", server.EndPoint.ToString(), "--engine", engine);
        int port = await program.ListeningAsync(Side.A);
        var wrong = new List<string>();
        for (int round = 1; round <= rounds; round++)
        {
            int served, lost;
            double share;
            await using (var crowd = new Crowd(port, 3 * limit))
            {
                await crowd.SettledAsync(() => program.Told);
                share = await ShareAtRestAsync(program);
                (served, lost) = (crowd.Served, crowd.Lost);
            }

            long left = Stopwatch.GetTimestamp();
            await using (var late = new Crowd(port, 1))
            {
                await Eventually.TrueAsync(() => late.Served == 1, explain: () => program.Told);
            }

            TimeSpan again = Stopwatch.GetElapsedTime(left);
            string figures = string.Create(
                CultureInfo.InvariantCulture,
                $"limit {limit}, {engine}, round {round}: {served} of {3 * limit} served, {lost} lost, {share:P1} of a core at rest, served again after {again.TotalMilliseconds:0} ms");
            output.WriteLine(figures);
            if (served < Fits(limit) || lost > 0 || share >= Rest || again >= soon)
            {
                wrong.Add(figures);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', [.. wrong, .. program.Errors.Take(10)]));
    }

    /// <summary>What it takes of a core in a second, as soon as that is little: what was just used for the first time is still being compiled.</summary>
    private static async Task<double> ShareAtRestAsync(ChildProcess program)
    {
        double share;
        long begin = Stopwatch.GetTimestamp();
        do
        {
            (TimeSpan before, long start) = (program.ProcessorTime, Stopwatch.GetTimestamp());
            await Task.Delay(_second, TestContext.Current.CancellationToken);
            share = (program.ProcessorTime - before) / Stopwatch.GetElapsedTime(start);
        }
        while (share >= Rest && Stopwatch.GetElapsedTime(begin) < _patience);
        return share;
    }

    /// <summary>Two for each client, behind what the program needs itself and keeps.</summary>
    private static int Fits(int limit) => Math.Max(1, (limit - 100 - (limit / 8)) / 2);

    private static async Task<TestPeer> FirstServedAsync(List<TestPeer> clients)
    {
        await Eventually.TrueAsync(() => clients.Any(client => client.Socket.Available > 0), explain: () => $"{clients.Count} clients still wait");
        return clients.First(client => client.Socket.Available > 0);
    }
}
