using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Ends;

/// <summary>How many connections wait for an end that listens: more under load, and fewer again after it.</summary>
public sealed class PoolGrowthTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task B111_What_came_under_load_leaves_when_a_minute_has_brought_nobody()
    {
        var clock = new ManualClock();
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        RendezvousEndPoint where = new(new ConnectOptions(rendezvous.EndPoint), rendezvous.Secret) { EndToEnd = EndToEndMode.None, Standby = 1, TimeProvider = clock };
        await using TransportListener listening = await where.ListenAsync(Cancelled);
        await using Stream used = (await where.ConnectAsync(Cancelled).AsTask().InTimeAsync()).Stream;
        await using Stream accepted = (await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync())!.Stream;
        await rendezvous.WaitingAsync(2);
        await Eventually.TrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(15));
            return rendezvous.Relay.GetStats().Waiting == 1;
        });
        await using Stream again = (await where.ConnectAsync(Cancelled).AsTask().InTimeAsync()).Stream;
        Assert.NotNull(await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync());
    }

    [Fact]
    public async Task B111_It_grows_to_its_limit_where_partners_have_queued_before_it_came()
    {
        const int Users = 40, Most = 16;
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        RendezvousEndPoint where = new(new ConnectOptions(rendezvous.EndPoint), rendezvous.Secret)
        {
            EndToEnd = EndToEndMode.None,
            Standby = 2,
            MaxStandby = Most,
            TimeProvider = new ManualClock(),
        };
        Task<DuplexStream>[] connecting = [.. Enumerable.Range(0, Users).Select(_ => where.ConnectAsync(Cancelled).AsTask())];
        await rendezvous.WaitingAsync(Users);
        await using TransportListener listening = await where.ListenAsync(Cancelled);
        DuplexStream[] connected = await Task.WhenAll(connecting).InTimeAsync();
        await rendezvous.WaitingAsync(Most);
        Assert.Equal(Users, rendezvous.Relay.GetStats().Pairs);
        Array.ForEach(connected, static one => one.Stream.Dispose());
    }
}
