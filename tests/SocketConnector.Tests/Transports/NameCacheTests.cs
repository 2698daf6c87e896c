using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Transports;

public sealed class NameCacheTests
{
    private static readonly DnsEndPoint _name = new("db.test", 80);
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);
    private readonly ManualClock _clock = new();
    private int _lookups;

    [Fact]
    public async Task B99_A_name_is_looked_up_once_in_five_seconds_and_what_failed_once_in_one()
    {
        bool isKnown = true;
        NameCache names = Cache(() => isKnown ? [IPAddress.Loopback] : throw new SocketException((int)SocketError.HostNotFound));
        await FindAsync(names);
        _clock.Advance(TimeSpan.FromSeconds(5) - _tick);
        Assert.Equal([IPAddress.Loopback], await FindAsync(names, new DnsEndPoint("DB.Test", 443)));
        Assert.Equal(1, _lookups);
        _clock.Advance(_tick);
        Assert.Null(names.Known(_name));
        isKnown = false;
        Assert.Equal(SocketError.HostNotFound, (await Assert.ThrowsAsync<SocketException>(() => FindAsync(names))).SocketErrorCode);
        _clock.Advance(TimeSpan.FromSeconds(1) - _tick);
        await Assert.ThrowsAsync<SocketException>(() => FindAsync(names));
        Assert.Equal(2, _lookups);
        _clock.Advance(_tick);
        isKnown = true;
        await FindAsync(names);
        Assert.Equal(3, _lookups);
    }

    [Fact]
    public async Task B99_Lookups_of_one_name_at_a_time_are_one_and_hold_up_no_other_name()
    {
        var answer = new TaskCompletionSource<IPAddress[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var names = new NameCache((name, _, _) => name == "slow" ? Count(answer.Task) : Task.FromResult<IPAddress[]>([IPAddress.Loopback]), _clock);
        var slow = new DnsEndPoint("slow", 80);
        using var enough = new CancellationTokenSource();
        Task<IPAddress[]> first = names.FindAsync(slow, enough.Token).AsTask();
        Task<IPAddress[]>[] others = [.. Enumerable.Range(0, 5).Select(_ => FindAsync(names, slow))];
        await FindAsync(names);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.InTimeAsync());
        answer.SetResult([IPAddress.IPv6Loopback]);
        foreach (Task<IPAddress[]> other in others)
        {
            Assert.Equal([IPAddress.IPv6Loopback], await other.InTimeAsync());
        }

        Assert.Equal(1, _lookups);
    }

    [Fact]
    public async Task B99_A_resolver_that_throws_anything_is_a_name_that_is_not_known()
    {
        NameCache names = Cache(() => throw new FormatException("no such\nthing"));
        SocketException error = await Assert.ThrowsAnyAsync<SocketException>(() => FindAsync(names));
        Assert.Equal((SocketError.HostNotFound, @"no such\nthing"), (error.SocketErrorCode, error.Message));
        NameCache empty = Cache(() => []);
        Assert.Equal(SocketError.HostNotFound, (await Assert.ThrowsAsync<SocketException>(() => FindAsync(empty))).SocketErrorCode);
    }

    [Fact]
    public async Task B99_The_last_winner_is_kept_with_its_name_and_names_are_bounded()
    {
        NameCache names = Cache(() => [IPAddress.Loopback]);
        await FindAsync(names);
        names.Remember(_name, IPAddress.Loopback);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(IPAddress.Loopback, names.Winner(_name));
        for (int i = 0; i < NameCache.MaxNames; i++)
        {
            await FindAsync(names, new DnsEndPoint($"n{i}", 80));
        }

        Assert.Null(names.Winner(_name));
        Assert.NotNull(names.Known(new DnsEndPoint("n0", 80)));
        names.Remember(_name, IPAddress.Loopback);
        Assert.Null(names.Winner(_name));
    }

    private static Task<IPAddress[]> FindAsync(NameCache names, DnsEndPoint? name = null) =>
        names.FindAsync(name ?? _name, TestContext.Current.CancellationToken).AsTask();

    private NameCache Cache(Func<IPAddress[]> answer) => new((_, _, _) =>
    {
        _lookups++;
        return Task.FromResult(answer());
    }, _clock);

    private Task<IPAddress[]> Count(Task<IPAddress[]> answer)
    {
        _lookups++;
        return answer;
    }
}
