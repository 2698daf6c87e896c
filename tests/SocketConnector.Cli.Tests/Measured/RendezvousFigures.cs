using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SocketConnector.Cli.Tests.Processes;

namespace SocketConnector.Cli.Tests.Measured;

/// <summary>What a waiting end costs a relay, and how fast ends meet. Started by tests/rendezvous.sh alone, on a quiet machine.</summary>
[Collection(Alone.Name)]
public sealed class RendezvousFigures(ITestOutputHelper output)
{
    private const int Waiting = 5_000;
    private const int Pairings = 2_000;
    private const int AtOnce = 32;

    private static readonly TimeSpan _span = TimeSpan.FromSeconds(5);

    [Fact(Explicit = true)]
    public async Task What_waiting_and_meeting_cost()
    {
        await using ChildProcess relay = TheProgram.Start(
            "rendezvous", "127.0.0.1:0", "--events", "none", "--max-joins", "5000000", "--max-waiting-per-address", "100000", "--heartbeat", "1h");
        IPEndPoint at = IPEndPoint.Parse((await relay.ReadLineAsync()).Split(' ')[^1]);
        for (int i = 0; i < 2; i++)
        {
            // The first time, the program itself grows.
            double rate = await RateAsync(at);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pairs a second, {AtOnce} at once: {rate:0}"));
        }

        long before = relay.ResidentKiB;
        var ends = new List<(Socket Socket, byte[] Session)>();
        for (int i = 0; i < Waiting; i++)
        {
            byte[] session = RandomNumberGenerator.GetBytes(16);
            ends.Add((await JoinAsync(at, session, PlainEnd.Listen), session));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"KiB for each of {Waiting} that wait: {(double)(relay.ResidentKiB - before) / Waiting:0.00}"));
        var times = new List<double>(Pairings);
        for (int i = 0; i < Pairings; i++)
        {
            byte[] session = RandomNumberGenerator.GetBytes(16);
            using Socket waiting = await JoinAsync(at, session, PlainEnd.Listen);
            Task answering = PlainEnd.MeetAsync(waiting);
            long start = Stopwatch.GetTimestamp();
            using Socket coming = await JoinAsync(at, session, PlainEnd.Connect);
            await PlainEnd.MeetAsync(coming);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await answering;
        }

        times.Sort();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"ms from connecting to PAIRED while {Waiting} wait: p50 {times[Pairings / 2]:0.000}, p99 {times[Pairings * 99 / 100]:0.000}"));
        double beside = await RateAsync(at);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pairs a second while they wait: {beside:0}"));
        ends.ForEach(static end => end.Socket.Dispose());
    }

    private static async Task<double> RateAsync(IPEndPoint at)
    {
        long start = Stopwatch.GetTimestamp();
        int[] pairs = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            int count = 0;
            for (; Stopwatch.GetElapsedTime(start) < _span; count++)
            {
                byte[] session = RandomNumberGenerator.GetBytes(16);
                using Socket waiting = await JoinAsync(at, session, PlainEnd.Listen);
                using Socket coming = await JoinAsync(at, session, PlainEnd.Connect);
                await Task.WhenAll(PlainEnd.MeetAsync(waiting), PlainEnd.MeetAsync(coming));
            }

            return count;
        }));
        return pairs.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Task<Socket> JoinAsync(IPEndPoint at, byte[] session, byte role) => PlainEnd.JoinAsync(at, PlainEnd.Beginning(session, role));
}
