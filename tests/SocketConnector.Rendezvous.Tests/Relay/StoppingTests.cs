using System.Net;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Relay;

/// <summary>A relay that stops, in order or at once, while ends are in every state.</summary>
public sealed class StoppingTests
{
    private static readonly SessionName _session = SessionSecret.Parse("a session for the tests").NameOf(EndToEndMode.None);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task B115_Draining_tells_those_who_wait_refuses_those_who_join_and_lets_pairs_finish()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using RawEnd one = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen), other = await RawEnd.JoinAsync(rendezvous.EndPoint, _session, EndRole.Connect);
        await one.MeetAsync(other);
        using RawEnd waiting = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen);
        using RawEnd late = await RawEnd.ConnectAsync(rendezvous.EndPoint);
        await late.Peer.WriteAsync((byte[])[.. Opening.Bytes, .. RawEnd.Bytes(new HelloFrame([1], null))]);
        await late.ExpectAsync<WelcomeFrame>();
        Task draining = rendezvous.Relay.DrainAsync(TimeSpan.FromMinutes(5), ["relay.example:7000"], Cancelled);
        GoAwayFrame away = await waiting.ExpectAsync<GoAwayFrame>();
        Assert.Equal(["relay.example:7000"], away.Elsewhere);
        Assert.InRange(away.In, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        Assert.Empty(await waiting.Peer.ReadToEndAsync());
        await late.WriteAsync(new JoinFrame(_session, EndRole.Listen, null, null));
        Assert.InRange((await late.RefusedAsync(RefusalCode.Draining, isWelcome: false)).RetryAfter!.Value, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        Assert.False(draining.IsCompleted);
        await other.Peer.WriteAsync("still");
        Assert.Equal("still", await one.Peer.ReadTextAsync(5));
        other.Peer.EndHalf();
        one.Peer.EndHalf();
        await draining.InTimeAsync();
        Assert.Empty(await one.Peer.ReadToEndAsync());
    }

    [Fact]
    public async Task B115_A_pair_that_is_about_to_be_is_when_the_relay_drains()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using RawEnd asked = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen);
        using RawEnd coming = await RawEnd.JoinAsync(rendezvous.EndPoint, _session, EndRole.Connect);
        await asked.ExpectAsync<OpenFrame>();
        Task draining = rendezvous.Relay.DrainAsync(TimeSpan.FromMinutes(5), cancellationToken: Cancelled);
        await asked.WriteAsync(new AcceptFrame());
        await asked.ExpectAsync<PairedFrame>();
        await coming.ExpectAsync<WelcomeFrame>();
        await coming.ExpectAsync<PairedFrame>();
        await coming.Peer.WriteAsync("through");
        Assert.Equal("through", await asked.Peer.ReadTextAsync(7));
        coming.Peer.Reset();
        await draining.InTimeAsync();
    }

    [Fact]
    public async Task B115_What_an_end_has_under_way_while_it_is_sent_away_is_read_so_that_no_reset_overtakes_GOAWAY()
    {
        var clock = new ManualClock();
        await using RendezvousRelay relay = await RendezvousRelay.StartAsync([Rendezvous.Loopback], options: null, Rendezvous.Patient() with { TimeProvider = clock }, Cancelled);
        using RawEnd waiting = await RawEnd.WaitAsync(relay.EndPoints[0], _session, EndRole.Listen);
        Task draining = relay.DrainAsync(TimeSpan.Zero, cancellationToken: Cancelled);
        await waiting.ExpectAsync<GoAwayFrame>();
        Assert.Empty(await waiting.Peer.ReadToEndAsync());
        for (int i = 0; i < 20; i++)
        {
            await waiting.WriteAsync(new PingFrame());
            await Task.Yield();
        }

        Assert.False(draining.IsCompleted);
        waiting.Peer.EndHalf();
        await draining.InTimeAsync();
    }

    [Fact]
    public async Task A_drain_that_could_not_be_told_is_refused_before_it_begins()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using RawEnd waiting = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => rendezvous.Relay.DrainAsync(TimeSpan.FromDays(50), cancellationToken: Cancelled).InTimeAsync());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => rendezvous.Relay.DrainAsync(TimeSpan.FromTicks(-1), cancellationToken: Cancelled).InTimeAsync());
        await Assert.ThrowsAsync<ArgumentException>(() => rendezvous.Relay.DrainAsync(TimeSpan.Zero, [.. Enumerable.Repeat("relay.example:7000", 9)], Cancelled).InTimeAsync());
        await Assert.ThrowsAsync<ArgumentException>(() => rendezvous.Relay.DrainAsync(TimeSpan.Zero, ["relay.example"], Cancelled).InTimeAsync());
        await Assert.ThrowsAsync<ArgumentException>(() => rendezvous.Relay.DrainAsync(TimeSpan.Zero, [""], Cancelled).InTimeAsync());
        Assert.Equal(1, rendezvous.Relay.GetStats().Waiting);
        using RawEnd also = await RawEnd.WaitAsync(rendezvous.EndPoint, _session, EndRole.Listen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B115_Stopping_at_once_leaves_nothing_in_whatever_state_an_end_is_although_no_time_passes(bool isDrain)
    {
        var clock = new ManualClock();
        var log = new LogCollector();
        RendezvousRelay relay = await RendezvousRelay.StartAsync([Rendezvous.Loopback], new RelayOptions { AllowsTransit = true }, Rendezvous.Patient(log) with { TimeProvider = clock }, Cancelled);
        EndPoint where = relay.EndPoints[0];
        using RawEnd silent = await RawEnd.ConnectAsync(where), opening = await RawEnd.ConnectAsync(where), joining = await RawEnd.ConnectAsync(where);
        await opening.Peer.WriteAsync(Opening.Bytes.ToArray());
        await joining.Peer.WriteAsync((byte[])[.. Opening.Bytes, .. RawEnd.Bytes(new HelloFrame([1], null))]);
        await joining.ExpectAsync<WelcomeFrame>();
        using RawEnd one = await RawEnd.WaitAsync(where, _session, EndRole.Listen), other = await RawEnd.JoinAsync(where, _session, EndRole.Connect);
        await one.MeetAsync(other);
        using RawEnd asked = await RawEnd.WaitAsync(where, _session, EndRole.Listen), waiting = await RawEnd.WaitAsync(where, _session, EndRole.Listen);
        using RawEnd held = await RawEnd.JoinAsync(where, _session, EndRole.Connect);
        await asked.ExpectAsync<OpenFrame>();
        using TestPeer transit = await TestPeer.ConnectAsync(where);
        await transit.WriteAsync($"please relay {new string('0', 64)}\n");
        await Eventually.TrueAsync(() => relay.GetStats().TransitWaiting == 1);
        Task stopping = isDrain ? relay.DrainAsync(TimeSpan.Zero, cancellationToken: new CancellationToken(true)) : relay.DisposeAsync().AsTask();
        await waiting.ExpectAsync<GoAwayFrame>();
        await waiting.GoneAsync();
        await asked.RefusedAsync(RefusalCode.Draining, isWelcome: false);
        await held.RefusedAsync(RefusalCode.Draining);
        await opening.RefusedAsync(RefusalCode.Draining, isWelcome: false);
        await joining.RefusedAsync(RefusalCode.Draining, isWelcome: false);
        foreach (RawEnd end in (RawEnd[])[waiting, asked, held, opening, joining])
        {
            end.Dispose();
        }

        await stopping.InTimeAsync();
        foreach (RawEnd end in (RawEnd[])[silent, one, other])
        {
            await end.GoneAsync();
        }

        Assert.Equal((0, 0, 0, 0), (relay.GetStats().Waiting, relay.GetStats().Sessions, relay.GetStats().ActivePairs, relay.GetStats().TransitWaiting));
        await Eventually.TrueAsync(() => clock.ActiveTimers == 0, explain: () => string.Join(", ", clock.Delays));
        await relay.DisposeAsync().AsTask().InTimeAsync(what: "again");
    }

    [Fact]
    public async Task A_logger_and_a_meter_that_throw_cost_nothing_but_what_they_were_to_be_told()
    {
        await using RendezvousRelay relay = await RendezvousRelay.StartAsync([Rendezvous.Loopback], options: null, Rendezvous.Patient(new ThrowingLog()), Cancelled);
        EndPoint where = relay.EndPoints[0];
        using RawEnd garbage = await RawEnd.ConnectAsync(where), unknown = await RawEnd.ConnectAsync(where);
        await garbage.Peer.WriteAsync((byte[])[.. Opening.Bytes, 0, 0]);
        await garbage.RefusedAsync(RefusalCode.Malformed, isWelcome: false);
        await unknown.Peer.WriteAsync("SSH-2.0\r\n");
        await unknown.GoneAsync();
        using RawEnd one = await RawEnd.WaitAsync(where, _session, EndRole.Listen), other = await RawEnd.JoinAsync(where, _session, EndRole.Connect);
        await one.MeetAsync(other);
        using RawEnd leaving = await RawEnd.WaitAsync(where, _session, EndRole.Listen);
        leaving.Peer.Reset();
        await Eventually.TrueAsync(() => relay.GetStats().Waiting == 0);
        await relay.DisposeAsync().AsTask().InTimeAsync();
        await one.GoneAsync();
    }
}
