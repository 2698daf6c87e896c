using SocketConnector.Rendezvous.Tests.Relay;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Ends;

/// <summary>The connections that wait for an end that listens: replaced when used, back when lost, and gone when it stops.</summary>
public sealed class PoolTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task B111_One_that_is_used_is_replaced_at_once()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        await using TransportListener listening = await rendezvous.Via(standby: 3).ListenAsync(Cancelled);
        await rendezvous.WaitingAsync(3);
        for (int i = 0; i < 5; i++)
        {
            await using Stream stream = (await rendezvous.Via().ConnectAsync(Cancelled).AsTask().InTimeAsync()).Stream;
            Assert.NotNull(await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync());
            await rendezvous.WaitingAsync(3);
        }
    }

    [Theory]
    [InlineData(EndToEndMode.None)]
    [InlineData(EndToEndMode.Tls)]
    public async Task B111_A_dead_one_costs_a_user_less_than_its_time_and_not_the_connection(EndToEndMode mode)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(new RelayOptions { AnswerTimeout = TimeSpan.FromSeconds(30) });
        using RawEnd dead = await RawEnd.WaitAsync(rendezvous.EndPoint, rendezvous.Secret.NameOf(mode), EndRole.Listen);
        await using TransportListener listening = await rendezvous.Via(mode: mode, standby: 1).ListenAsync(Cancelled);
        await rendezvous.WaitingAsync(2);
        Task<DuplexStream> connecting = rendezvous.Via(mode: mode).ConnectAsync(Cancelled).AsTask();
        DuplexStream accepted = (await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
        DuplexStream connected = await connecting.InTimeAsync();
        await CarryAsync(connected, accepted);
        Assert.Equal(1, rendezvous.Relay.GetStats().Pairs);

        // It was asked first, and had not used up its time. If it lives after all, it waits on.
        await dead.ExpectAsync<OpenFrame>();
        await dead.WriteAsync(new AcceptFrame());
        await dead.ExpectAsync<WaitFrame>();
    }

    [Fact]
    public async Task B111_One_that_closes_costs_a_user_nothing()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(new RelayOptions { AnswerTimeout = TimeSpan.FromSeconds(30) });
        using RawEnd leaving = await RawEnd.WaitAsync(rendezvous.EndPoint, rendezvous.Secret.NameOf(EndToEndMode.Tls), EndRole.Listen);
        await using TransportListener listening = await rendezvous.Via(standby: 1).ListenAsync(Cancelled);
        await rendezvous.WaitingAsync(2);
        Task<DuplexStream> connecting = rendezvous.Via().ConnectAsync(Cancelled).AsTask();
        await leaving.ExpectAsync<OpenFrame>();
        leaving.Dispose();
        DuplexStream accepted = (await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
        await CarryAsync(await connecting.InTimeAsync(), accepted);
    }

    [Fact]
    public async Task Early_bytes_are_delivered_first_and_once_although_the_first_one_asked_is_dead()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(new RelayOptions { AnswerTimeout = TimeSpan.FromMilliseconds(100) });
        SessionName session = rendezvous.Secret.NameOf(EndToEndMode.None);
        using RawEnd dead = await RawEnd.WaitAsync(rendezvous.EndPoint, session, EndRole.Listen), next = await RawEnd.WaitAsync(rendezvous.EndPoint, session, EndRole.Listen);
        byte[] early = RandomBytes.Of(7, FrameBounds.MaxEarlyLength);
        using RawEnd coming = await RawEnd.JoinAsync(rendezvous.EndPoint, session, EndRole.Connect, early: early);
        await next.ExpectAsync<OpenFrame>();
        await next.WriteAsync(new AcceptFrame());
        await next.ExpectAsync<PairedFrame>();
        await coming.ExpectAsync<WelcomeFrame>();
        await coming.ExpectAsync<PairedFrame>();
        await coming.Peer.WriteAsync("then these");
        coming.Peer.EndHalf();
        byte[] all = await next.Peer.ReadToEndAsync();
        Assert.Equal((byte[])[.. early, .. "then these"u8], all);
        await dead.ExpectAsync<OpenFrame>();
        await dead.RefusedAsync(RefusalCode.TimedOut, isWelcome: false);
    }

    [Theory]
    [InlineData(EndToEndMode.None)]
    [InlineData(EndToEndMode.Tls)]
    public async Task B115_A_relay_that_is_back_has_its_ends_back_and_the_log_says_so_once(EndToEndMode mode)
    {
        var log = new LogCollector();
        Rendezvous first = await Rendezvous.StartAsync();
        int port = first.EndPoint.Port;
        RendezvousEndPoint where = new(new ConnectOptions(first.EndPoint), first.Secret) { EndToEnd = mode, Standby = 3, LoggerFactory = log };
        await using TransportListener listening = await where.ListenAsync(Cancelled);
        await first.WaitingAsync(3);
        DuplexStream one = await where.ConnectAsync(Cancelled).AsTask().InTimeAsync();
        DuplexStream other = (await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
        await first.WaitingAsync(3);
        await first.DisposeAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => one.Stream.ReadAsync(new byte[1], Cancelled).AsTask().InTimeAsync());
        await Assert.ThrowsAnyAsync<IOException>(() => other.Stream.ReadAsync(new byte[1], Cancelled).AsTask().InTimeAsync());
        await log.FirstAsync("it is tried again");
        await using Rendezvous second = await Rendezvous.StartAsync(port: port);
        await second.WaitingAsync(3);
        await log.FirstAsync("waiting there again");
        DuplexStream connected = await where.ConnectAsync(Cancelled).AsTask().InTimeAsync();
        await CarryAsync(connected, (await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync())!);
        Assert.Single(log.Entries, static entry => entry.Message.Contains("it is tried again", StringComparison.Ordinal));
        Assert.Single(log.Entries, static entry => entry.Message.Contains("waiting there again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B115_A_relay_that_drains_sends_its_ends_elsewhere_and_they_stay_there()
    {
        await using Rendezvous first = await Rendezvous.StartAsync();
        await using Rendezvous second = await Rendezvous.StartAsync();
        await using TransportListener listening = await first.Via(standby: 2).ListenAsync(Cancelled);
        await first.WaitingAsync(2);
        await first.Relay.DrainAsync(TimeSpan.FromHours(1), [second.EndPoint.ToString()], Cancelled).InTimeAsync();
        await second.WaitingAsync(2);
        for (int i = 0; i < 5; i++)
        {
            RendezvousEndPoint there = new(new ConnectOptions(second.EndPoint), first.Secret);
            await using Stream stream = (await there.ConnectAsync(Cancelled).AsTask().InTimeAsync()).Stream;
            Assert.NotNull(await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync());
            await second.WaitingAsync(2);
        }
    }

    [Fact]
    public async Task B115_One_that_connects_and_waits_goes_elsewhere_too()
    {
        await using Rendezvous first = await Rendezvous.StartAsync();
        await using Rendezvous second = await Rendezvous.StartAsync();
        Task<DuplexStream> connecting = first.Via().ConnectAsync(Cancelled).AsTask();
        await first.WaitingAsync(1);
        await first.Relay.DrainAsync(TimeSpan.FromHours(1), [second.EndPoint.ToString()], Cancelled).InTimeAsync();
        await using TransportListener listening = await new RendezvousEndPoint(new ConnectOptions(second.EndPoint), first.Secret).ListenAsync(Cancelled);
        DuplexStream accepted = (await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
        await CarryAsync(await connecting.InTimeAsync(), accepted);
    }

    [Fact]
    public async Task B115_A_ticket_is_not_shown_to_another_relay_that_does_not_prove_its_name()
    {
        var clock = new ManualClock();
        var log = new LogCollector();
        await using Rendezvous first = await Rendezvous.StartAsync();
        using var other = new TestServer();
        RendezvousEndPoint where = new(new ConnectOptions(first.EndPoint), first.Secret) { Standby = 1, Ticket = "ticket", LoggerFactory = log, TimeProvider = clock };
        await using TransportListener listening = await where.ListenAsync(Cancelled);
        await first.WaitingAsync(1);
        await first.Relay.DrainAsync(TimeSpan.FromMinutes(10), [other.EndPoint.ToString()], Cancelled).InTimeAsync();
        await log.FirstAsync("the relay is shutting down");

        // It comes back to this one, and not before the time that it was told.
        await Eventually.TrueAsync(() => clock.Delays is [{ TotalMinutes: >= 9 and <= 11 }], explain: () => string.Join(", ", clock.Delays));
        Assert.False(other.HasWaiting);
    }

    private static async Task CarryAsync(DuplexStream one, DuplexStream other)
    {
        byte[] room = new byte[4];
        foreach ((DuplexStream from, DuplexStream to) in ((DuplexStream, DuplexStream)[])[(one, other), (other, one)])
        {
            await from.Stream.WriteAsync("ping"u8.ToArray(), Cancelled);
            await to.Stream.ReadExactlyAsync(room, Cancelled).AsTask().InTimeAsync();
            Assert.Equal("ping"u8, room);
        }
    }
}
