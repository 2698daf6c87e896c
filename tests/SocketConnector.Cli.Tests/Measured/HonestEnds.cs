using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace SocketConnector.Cli.Tests.Measured;

/// <summary>Milliseconds from connecting to PAIRED.</summary>
internal readonly record struct PairTimes(double Median, double P99, int Count)
{
    public static PairTimes Of(List<double> times)
    {
        times.Sort();
        return new PairTimes(times[times.Count / 2], times[times.Count * 99 / 100], times.Count);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"p50 {Median:0.000} ms, p99 {P99:0.000} ms of {Count}");
}

/// <summary>Ends with tickets that meet at a steady pace, from many addresses and of several tenants, so that no limit of the relay's is theirs.</summary>
internal sealed class HonestEnds(IPEndPoint relay, string[] tickets)
{
    private const int Addresses = 250;

    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(4);

    private int _met;

    /// <summary>Meets until it is over; at the next beat where one is missed.</summary>
    public async Task<PairTimes> MeetAsync(Task over)
    {
        var times = new List<double>();
        using var pace = new PeriodicTimer(_pace);
        while (!over.IsCompleted && await pace.WaitForNextTickAsync())
        {
            times.Add(await MeetOnceAsync());
        }

        return PairTimes.Of(times);
    }

    private async Task<double> MeetOnceAsync()
    {
        int number = _met++;
        byte[] session = RandomNumberGenerator.GetBytes(16);
        string ticket = tickets[number % tickets.Length];
        byte[] coming = PlainEnd.Beginning(session, PlainEnd.Connect, ticket);
        var from = new IPAddress([127, 2, (byte)(number % Addresses), 1]);
        using Socket waiting = await PlainEnd.JoinAsync(relay, PlainEnd.Beginning(session, PlainEnd.Listen, ticket), from);
        await PlainEnd.WaitAsync(waiting);
        Task answering = PlainEnd.MeetAsync(waiting);
        long start = Stopwatch.GetTimestamp();
        using Socket connecting = await PlainEnd.JoinAsync(relay, coming, from);
        await PlainEnd.MeetAsync(connecting);
        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        await answering;
        return time;
    }
}
