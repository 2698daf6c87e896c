using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SocketConnector.TestKit;

/// <summary>Users of one session, each of whom connects again and again until they are stopped. Every other one stays on its connection until that is cut.</summary>
public sealed class StampedUsers
{
    /// <summary>One that is turned away comes again after this.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    private static int _last;

    private readonly CancellationTokenSource _stop = new();
    private readonly EndPoint _where;
    private readonly int _session;
    private readonly Task _all;
    private int _answered;
    private int _cut;

    public StampedUsers(EndPoint where, int session, int count)
    {
        (_where, _session) = (where, session);
        _all = Task.WhenAll(Enumerable.Range(0, count).Select(user => ConnectAsync(stays: user % 2 == 0)));
    }

    /// <summary>How many connections have brought an answer.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>How many were cut or turned away.</summary>
    public int Cut => Volatile.Read(ref _cut);

    /// <summary>Answers that were not to what was said.</summary>
    public ConcurrentQueue<string> Wrong { get; } = [];

    /// <summary>Each finishes what it is at.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _all.InTimeAsync(what: $"the users of session {_session}");
    }

    private async Task ConnectAsync(bool stays)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await ConnectOnceAsync(stays);
            }
            catch (Exception error) when (error is IOException or SocketException)
            {
                Interlocked.Increment(ref _cut);
                await Task.Delay(_pause);
            }
        }
    }

    private async Task ConnectOnceAsync(bool stays)
    {
        using TestPeer peer = await TestPeer.ConnectAsync(_where);
        var stamp = new Stamp(_session, Interlocked.Increment(ref _last));
        bool isFirst = true;
        do
        {
            await peer.WriteAsync(stamp.ToBytes());
            var answer = Stamp.Read(await peer.ReadAsync(Stamp.Length));
            if (answer != stamp)
            {
                Wrong.Enqueue($"{answer} for {stamp}");
            }

            if (isFirst)
            {
                Interlocked.Increment(ref _answered);
                isFirst = false;
            }
            else
            {
                await Task.Delay(_pause);
            }
        }
        while (stays && !_stop.IsCancellationRequested);

        peer.EndHalf();
        await peer.ReadToEndAsync();
    }
}
