using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.Measured;

/// <summary>What a waiting end costs a relay, and how fast ends meet. Started by tests/rendezvous.sh alone, on a quiet machine.</summary>
[Collection(Alone.Name)]
public sealed class RendezvousFigures(ITestOutputHelper output)
{
    private const int Waiting = 5_000;
    private const int Pairings = 2_000;
    private const int AtOnce = 32;
    private const byte Listen = 1;
    private const byte Connect = 2;
    private const byte Open = 19;
    private const byte Paired = 20;

    private static readonly byte[] _accept = [0, 3, 0xA1, 0, 3];
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
            ends.Add((await JoinAsync(at, session, Listen), session));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"KiB for each of {Waiting} that wait: {(double)(relay.ResidentKiB - before) / Waiting:0.00}"));
        var times = new List<double>(Pairings);
        for (int i = 0; i < Pairings; i++)
        {
            byte[] session = RandomNumberGenerator.GetBytes(16);
            using Socket waiting = await JoinAsync(at, session, Listen);
            Task answering = MeetAsync(waiting);
            long start = Stopwatch.GetTimestamp();
            using Socket coming = await JoinAsync(at, session, Connect);
            await MeetAsync(coming);
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
                using Socket waiting = await JoinAsync(at, session, Listen);
                using Socket coming = await JoinAsync(at, session, Connect);
                await Task.WhenAll(MeetAsync(waiting), MeetAsync(coming));
            }

            return count;
        }));
        return pairs.Sum() / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<Socket> JoinAsync(IPEndPoint at, byte[] session, byte role)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(at);
        await socket.SendAsync((byte[])[.. "SCR\u0001\0\r\n\0"u8, 0, 6, 0xA2, 0, 1, 1, 0x81, 1, 0, 23, 0xA3, 0, 2, 1, 0x50, .. session, 2, role]);
        return socket;
    }

    /// <summary>Until it is paired; whichever of two was there first is asked.</summary>
    private static async Task MeetAsync(Socket socket)
    {
        byte[] room = new byte[512];
        int held = 0;
        int at = 0;
        while (true)
        {
            for (; held - at >= 5 && held - at >= 2 + room[at + 1]; at += 2 + room[at + 1])
            {
                // The type is the first value of the map; those of a relay's frames take one byte.
                switch (room[at + 4])
                {
                    case Open:
                        await socket.SendAsync(_accept);
                        break;
                    case Paired:
                        return;
                }
            }

            int count = await socket.ReceiveAsync(room.AsMemory(held)).AsTask().InTimeAsync();
            held += count > 0 ? count : throw new EndOfStreamException("the relay has closed the connection");
        }
    }
}
