using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Load;

/// <summary>A relay that is stopped and started again while users of several sessions come and go, or stay.</summary>
[Collection(Alone.Name)]
public sealed class RestartTests
{
    private const int Sessions = 3;
    private const int Standby = 3;

    private static readonly TimeSpan _back = TimeSpan.FromSeconds(15);
    private static readonly RelayOptions _options = new() { MaxJoinsPerMinutePerAddress = 1_000_000 };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(6, 6)]
    [InlineData(20, 24, Explicit = true)]
    public async Task B115_A_relay_that_is_restarted_under_load_has_all_ends_back_each_with_its_partner(int restarts, int users)
    {
        using var unobserved = new UnobservedExceptions();
        int before = Descriptors.SettledSockets();
        var events = new List<Channel<ConnectionEvent>>();
        RendezvousRelay relay = await StartAsync(port: 0, events);
        var where = (IPEndPoint)relay.EndPoints[0];
        StampedSession[] sessions = await Task.WhenAll(Enumerable.Range(0, Sessions).Select(session => StampedSession.StartAsync(where, session, users, Standby, Cancelled)));
        for (int restart = 0; restart <= restarts; restart++)
        {
            await BackAsync(relay, sessions, users);
            relay = restart < restarts ? await RestartAsync(relay, where.Port, restart, events) : relay;
        }

        await Task.WhenAll(sessions.Select(static session => session.Users.StopAsync()));
        await Eventually.TrueAsync(
            () => relay.GetStats() is { Waiting: Sessions * Standby, Sessions: Sessions, ActivePairs: 0 },
            explain: () => $"{relay.GetStats().Waiting} wait in {relay.GetStats().Sessions} sessions, and {relay.GetStats().ActivePairs} pairs are joined");
        Assert.Empty(sessions.SelectMany(static session => session.Wrong));
        Assert.All(sessions, session => Assert.True(session.Users.Cut > 0, "no restart has met a user"));
        foreach (StampedSession session in sessions)
        {
            await session.ExpectReasonsAsync();
            await session.DisposeAsync();
        }

        await Eventually.TrueAsync(() => relay.GetStats() is { Waiting: 0, Sessions: 0, ActivePairs: 0 });
        await relay.DisposeAsync().AsTask().InTimeAsync();
        Assert.Equal(restarts + 1, events.Count);
        foreach (Channel<ConnectionEvent> each in events)
        {
            await EventStory.ExpectReasonsAsync(each);
        }

        await Eventually.TrueAsync(() => Descriptors.SettledSockets() <= before, explain: () => $"{Descriptors.Sockets()} sockets are open, {before} were before");
        unobserved.ThrowIfAny();
    }

    private static async Task<RendezvousRelay> StartAsync(int port, List<Channel<ConnectionEvent>> events)
    {
        var told = Channel.CreateUnbounded<ConnectionEvent>();
        RendezvousRelay relay = await RendezvousRelay.StartAsync([new ListenOptions(IPAddress.Loopback, port)], _options, Rendezvous.Patient() with { Events = told.Writer }, Cancelled);
        events.Add(told);
        return relay;
    }

    /// <summary>At once; in order and then anew; or in order while its successor is there already.</summary>
    private static async Task<RendezvousRelay> RestartAsync(RendezvousRelay relay, int port, int restart, List<Channel<ConnectionEvent>> events)
    {
        if (restart % 3 == 0)
        {
            await relay.DisposeAsync().AsTask().InTimeAsync();
            return await StartAsync(port, events);
        }

        using var enough = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        Task draining = relay.DrainAsync(TimeSpan.FromMilliseconds(200), elsewhere: null, enough.Token);
        if (restart % 3 == 1)
        {
            await draining.InTimeAsync();
            return await StartAsync(port, events);
        }

        RendezvousRelay? successor = null;
        while (successor is null)
        {
            try
            {
                successor = await StartAsync(port, events);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse && !draining.IsCompleted)
            {
                await Task.Yield();
            }
        }

        await draining.InTimeAsync();
        return successor;
    }

    /// <summary>All pools wait in full, and each session has brought answers on more new connections than could have been under way.</summary>
    private static async Task BackAsync(RendezvousRelay relay, StampedSession[] sessions, int users)
    {
        int[] answered = [.. sessions.Select(static session => session.Users.Answered)];
        await Eventually.TrueAsync(() => relay.GetStats().Waiting >= Sessions * Standby, _back, () => $"{relay.GetStats().Waiting} wait");
        await Eventually.TrueAsync(
            () => sessions.Zip(answered).All(each => each.First.Users.Answered > each.Second + users),
            _back,
            () => string.Join(", ", sessions.Zip(answered).Select(static each => $"{each.First.Users.Answered - each.Second} answers")));
    }
}
