using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace SocketConnector.Cli.Tests.Measured;

/// <summary>What a client that means a relay no good does.</summary>
internal enum Hostility
{
    /// <summary>Connects and says nothing.</summary>
    Silent,

    /// <summary>Leaves by a reset: before a word, in the middle of the opening, or while it waits.</summary>
    Leaving,

    /// <summary>Sends what is nothing that a relay speaks, with the right opening or without.</summary>
    Garbage,

    /// <summary>Shows a ticket that another key has signed.</summary>
    WrongTicket,
}

/// <summary>
/// Hostile clients at a steady rate, as cheap as can be: one thread for all of them, no waiting for any. Each is looked at once, when the relay must
/// have got rid of it.
/// </summary>
/// <param name="right">Tickets that let an end in.</param>
/// <param name="wrong">One that does not.</param>
internal sealed class HostileLoad(string[] right, string wrong)
{
    private const int Addresses = 250;

    private static readonly TimeSpan _beat = TimeSpan.FromMilliseconds(10);
    private static readonly byte[] _denied = [0xA2, 0, 21, 1, 1];

    private readonly Random _random = new(114);
    private readonly Queue<(Socket Client, long Due)>[] _open = [.. Enum.GetValues<Hostility>().Select(static _ => new Queue<(Socket, long)>())];
    private int _come;

    /// <summary>How many were found as they should be: cut, or refused and closed in order.</summary>
    public int[] Gone { get; } = new int[4];

    /// <summary>What was found otherwise; the first of each.</summary>
    public Dictionary<Hostility, string> Wrong { get; } = [];

    /// <summary>How many are open; written by one thread.</summary>
    public int Open => _open.Sum(static queue => queue.Count);

    /// <summary>Has some come, of the kinds in turn. Those that come last are left open for <see cref="FinishAsync"/>.</summary>
    /// <returns>What it cost of a processor.</returns>
    public Task<TimeSpan> ComeAsync(IPEndPoint at, int count, int perSecond, Hostility[] kinds, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () =>
        {
            TimeSpan before = ThreadTime();
            long start = Stopwatch.GetTimestamp();
            for (int come = 0; come < count && !cancellationToken.IsCancellationRequested;)
            {
                for (int due = Math.Min(count, (int)(Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond)); come < due; come++)
                {
                    Come(at, kinds[come % kinds.Length]);
                }

                Look(Stopwatch.GetTimestamp());
                cancellationToken.WaitHandle.WaitOne(_beat);
            }

            return ThreadTime() - before;
        },
        cancellationToken,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>Waits until each has been looked at.</summary>
    public async Task FinishAsync()
    {
        while (Open > 0)
        {
            Look(Stopwatch.GetTimestamp());
            await Task.Delay(_beat);
        }
    }

    /// <summary>Closes all that are open, and looks at none.</summary>
    public void Forget()
    {
        foreach (Queue<(Socket Client, long Due)> queue in _open)
        {
            while (queue.TryDequeue(out (Socket Client, long) one))
            {
                one.Client.Close(0);
            }
        }
    }

    /// <summary>When the relay must have got rid of one, in seconds: after its 10 s for a JOIN, or its half a second before a denial.</summary>
    private static double Patience(Hostility kind) => kind switch
    {
        Hostility.Silent => 12,
        Hostility.Leaving => 0.02,
        Hostility.Garbage => 1,
        _ => 2,
    };

    private static TimeSpan ThreadTime() =>
        TimeSpan.FromMicroseconds(long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture) / 1000.0);

    private void Come(IPEndPoint at, Hostility kind)
    {
        int number = _come++;
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Bind(new IPEndPoint(new IPAddress([127, 1, (byte)(number % Addresses), 1]), 0));
        client.Connect(at);
        byte[] first = First(kind, number);
        if (first.Length > 0)
        {
            client.Send(first);
        }

        _open[(int)kind].Enqueue((client, Stopwatch.GetTimestamp() + (long)(Patience(kind) * Stopwatch.Frequency)));
    }

    private byte[] First(Hostility kind, int number)
    {
        byte[] beginning = PlainEnd.Beginning(RandomNumberGenerator.GetBytes(16), PlainEnd.Listen, kind == Hostility.WrongTicket ? wrong : right[number % right.Length]);
        switch (kind)
        {
            case Hostility.Leaving:
                return (number % 3) switch { 0 => [], 1 => beginning[..5], _ => beginning };
            case Hostility.Garbage:
                byte[] garbage = new byte[100];
                _random.NextBytes(garbage);
                garbage[0] |= 0x80;
                return _random.Next(2) == 0 ? garbage : [.. beginning[..8], .. garbage];
            case Hostility.WrongTicket:
                return beginning;
            default:
                return [];
        }
    }

    private void Look(long now)
    {
        foreach (Hostility kind in Enum.GetValues<Hostility>())
        {
            while (_open[(int)kind].TryPeek(out (Socket Client, long Due) one) && one.Due <= now)
            {
                _open[(int)kind].Dequeue();
                string? wrongly = kind == Hostility.Leaving ? null : Judge(kind, one.Client);
                one.Client.Close(0);
                Gone[(int)kind] += wrongly is null ? 1 : 0;
                if (wrongly is not null)
                {
                    Wrong.TryAdd(kind, wrongly);
                }
            }
        }
    }

    /// <returns>Nothing where the relay has got rid of it as it should.</returns>
    private static string? Judge(Hostility kind, Socket client)
    {
        byte[] told = new byte[512];
        int held = 0;
        client.Blocking = false;
        try
        {
            int count;
            while ((count = client.Receive(told.AsSpan(held), SocketFlags.None)) > 0)
            {
                held += count;
            }
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.WouldBlock)
        {
            return $"it is still open, and was told {Convert.ToHexString(told.AsSpan(0, held))}";
        }
        catch (SocketException error) when (kind != Hostility.WrongTicket && error.SocketErrorCode == SocketError.ConnectionReset)
        {
            return null;
        }
        catch (SocketException error)
        {
            return error.Message;
        }

        return kind != Hostility.WrongTicket || told.AsSpan(0, held).EndsWith(_denied) ? null : $"it was told {Convert.ToHexString(told.AsSpan(0, held))}";
    }
}
