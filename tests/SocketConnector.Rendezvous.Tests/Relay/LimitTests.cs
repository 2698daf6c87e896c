using SocketConnector.Rendezvous.Tests.Tickets;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Relay;

/// <summary>How many may wait and how often they may come, counted over real sockets, and back at nothing when all have left.</summary>
public sealed class LimitTests
{
    private static readonly DateTimeOffset _later = TimeProvider.System.GetUtcNow().AddHours(1);
    private static readonly TicketMint _mint = new(Tokens.Hs);

    [Fact]
    public async Task B114_An_address_has_its_share_and_another_address_has_its_own()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(new RelayOptions { MaxWaitingPerAddress = 2 });
        using (RawEnd one = await RawEnd.WaitAsync(rendezvous.EndPoint, Session(1), EndRole.Listen, from: 1))
        using (RawEnd two = await RawEnd.WaitAsync(rendezvous.EndPoint, Session(2), EndRole.Listen, from: 1))
        {
            await BusyAsync(rendezvous, Session(3), from: 1);
            using RawEnd other = await RawEnd.WaitAsync(rendezvous.EndPoint, Session(3), EndRole.Listen, from: 2);
            Assert.Equal((3, 3), (rendezvous.Relay.GetStats().Waiting, rendezvous.Relay.GetStats().Sessions));
        }

        await EmptyAsync(rendezvous);
        using RawEnd again = await RawEnd.WaitAsync(rendezvous.EndPoint, Session(1), EndRole.Listen, from: 1);
    }

    [Fact]
    public async Task B114_An_address_that_joins_too_often_is_told_when_to_come_again()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(new RelayOptions { MaxJoinsPerMinutePerAddress = 2 });
        using RawEnd one = await RawEnd.WaitAsync(rendezvous.EndPoint, Session(1), EndRole.Listen, from: 1);
        using RawEnd two = await RawEnd.WaitAsync(rendezvous.EndPoint, Session(1), EndRole.Listen, from: 1);
        TimeSpan after = await BusyAsync(rendezvous, Session(1), from: 1);
        Assert.InRange(after, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        using RawEnd other = await RawEnd.WaitAsync(rendezvous.EndPoint, Session(1), EndRole.Listen, from: 2);
    }

    [Fact]
    public async Task B114_A_tenant_has_its_share_of_ends_and_of_sessions_and_its_ticket_may_say_less()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(new RelayOptions { TicketKeys = [Tokens.Hs], MaxWaitingPerTenant = 3, MaxSessionsPerTenant = 2 });
        string one = _mint.Sign(new Ticket("one", _later)), less = _mint.Sign(new Ticket("less", _later) { MaxWaiting = 1 });
        using (RawEnd first = await RawEnd.WaitAsync(rendezvous.EndPoint, Session(1), EndRole.Listen, one))
        using (RawEnd second = await RawEnd.WaitAsync(rendezvous.EndPoint, Session(2), EndRole.Listen, one))
        {
            await BusyAsync(rendezvous, Session(3), one);
            using RawEnd third = await RawEnd.WaitAsync(rendezvous.EndPoint, Session(2), EndRole.Listen, one);
            await BusyAsync(rendezvous, Session(2), one);
            using RawEnd only = await RawEnd.WaitAsync(rendezvous.EndPoint, Session(1), EndRole.Listen, less);
            await BusyAsync(rendezvous, Session(1), less);
            Assert.Equal((4, 3), (rendezvous.Relay.GetStats().Waiting, rendezvous.Relay.GetStats().Sessions));
        }

        await EmptyAsync(rendezvous);
    }

    [Fact]
    public async Task B114_A_relay_that_is_full_says_so_to_everybody()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(new RelayOptions { MaxWaiting = 1 });
        using (RawEnd only = await RawEnd.WaitAsync(rendezvous.EndPoint, Session(1), EndRole.Listen))
        {
            await BusyAsync(rendezvous, Session(1), from: 1);
            await BusyAsync(rendezvous, Session(2), from: 2);
        }

        await EmptyAsync(rendezvous);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B112_A_pair_ends_with_a_reason_when_it_has_moved_or_lasted_more_than_its_ticket_allows(bool isBytes)
    {
        var clock = new ManualClock();
        clock.SetUtcNow(TimeProvider.System.GetUtcNow());
        var log = new LogCollector();
        await using RendezvousRelay relay = await RendezvousRelay.StartAsync(
            [Rendezvous.Loopback], new RelayOptions { TicketKeys = [Tokens.Hs] }, Rendezvous.Patient(log) with { TimeProvider = clock }, TestContext.Current.CancellationToken);
        var limited = new Ticket("t", _later) { MaxBytes = isBytes ? 10 : null, MaxDuration = isBytes ? null : TimeSpan.FromSeconds(60) };
        using RawEnd listening = await RawEnd.WaitAsync(relay.EndPoints[0], Session(1), EndRole.Listen, _mint.Sign(new Ticket("t", _later) { MaxBytes = 1000, MaxDuration = TimeSpan.FromHours(1) }));
        using RawEnd coming = await RawEnd.JoinAsync(relay.EndPoints[0], Session(1), EndRole.Connect, _mint.Sign(limited));
        await listening.ExpectAsync<OpenFrame>();
        await listening.WriteAsync(new AcceptFrame());
        await listening.ExpectAsync<PairedFrame>();
        await coming.ExpectAsync<WelcomeFrame>();
        await coming.ExpectAsync<PairedFrame>();
        await coming.Peer.WriteAsync("0123456789");
        Assert.Equal("0123456789", await listening.Peer.ReadTextAsync(10));
        await Eventually.TrueAsync(() => Moved(relay) == 10);

        // As much as is allowed is allowed.
        clock.Advance(TimeSpan.FromSeconds(2));
        await listening.Peer.WriteAsync("x");
        Assert.Equal("x", await coming.Peer.ReadTextAsync(1));
        await Eventually.TrueAsync(() => Moved(relay) == 11);
        clock.Advance(TimeSpan.FromSeconds(isBytes ? 1 : 59));
        await Eventually.TrueAsync(() =>
        {
            // It may have been watched later than it was joined.
            clock.Advance(TimeSpan.FromSeconds(1));
            return relay.GetStats().ActivePairs == 0;
        });
        await listening.GoneAsync();
        await coming.GoneAsync();
        await log.FirstAsync($"is ended: its ticket allows no more than {(isBytes ? "10 bytes" : "60 s")}");
    }

    private static SessionName Session(int number) => SessionSecret.Parse($"session {number:0000000000}").NameOf(EndToEndMode.None);

    private static long Moved(RendezvousRelay relay) => relay.Connections.Sum(static pair => pair.BytesAToB + pair.BytesBToA);

    private static async Task<TimeSpan> BusyAsync(Rendezvous rendezvous, SessionName session, string? ticket = null, byte from = 0)
    {
        using RawEnd end = await RawEnd.JoinAsync(rendezvous.EndPoint, session, EndRole.Listen, ticket, from: from);
        return (await end.RefusedAsync(RefusalCode.Busy)).RetryAfter!.Value;
    }

    private static Task EmptyAsync(Rendezvous rendezvous) => Eventually.TrueAsync(() => rendezvous.Relay.GetStats() is { Waiting: 0, Sessions: 0 });
}
