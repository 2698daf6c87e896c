using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class GracePeriodTests
{
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);
    private readonly ManualClock _clock = new();

    private ConnectorOptions Options => Patient.Options with { GracePeriod = _grace, TimeProvider = _clock };

    [Fact]
    public async Task B02_The_default_is_thirty_seconds()
    {
        await using var connector = new Connector(Patient.Options with { GracePeriod = new ConnectorOptions().GracePeriod, TimeProvider = _clock });
        _clock.Advance(TimeSpan.FromSeconds(30) - _tick);
        Assert.False(connector.IsClosed);
        _clock.Advance(_tick);
        Assert.True(connector.IsClosed);
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B02_Without_a_connection_it_closes_at_the_timeout_to_the_tick(Mode mode)
    {
        if (mode == Mode.SocketToSocket)
        {
            // It is connected from the start, unless a verifier holds it up.
            await WithoutConnectionAsync(mode, a: new SideOptions { AuthVerifier = Verifiers.Hanging(new TaskCompletionSource<CancellationToken>()) });
            return;
        }

        await WithoutConnectionAsync(mode, a: new SideOptions());
    }

    [Fact]
    public async Task B02_A_connector_without_sides_counts_from_its_construction()
    {
        await using var connector = new Connector(Options);
        _clock.Advance(_grace - _tick);
        Assert.False(connector.IsClosed);
        _clock.Advance(_tick);
        Assert.True(connector.IsClosed);
        await connector.Completion.InTimeAsync();
    }

    [Fact]
    public async Task B02_A_pending_peer_is_no_connection_and_is_reset_with_the_rest()
    {
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ListenOptions(IPAddress.Loopback, 0), Options, TestContext.Current.CancellationToken);
        using TestPeer waiting = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        _clock.Advance(_grace);
        Assert.True(connector.IsClosed);
        Assert.Equal(SocketError.ConnectionReset, (await waiting.ReadToWhateverEndAsync()).Error);
        await connector.Completion.InTimeAsync();
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B03_An_open_connection_outlives_the_timeout_and_its_end_closes_the_connector(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Options);
        _clock.Advance(_grace * 100);
        Assert.True(pair.Connector.GracePeriodPassed);
        Assert.False(pair.Connector.IsClosed);
        await pair.A.WriteAsync("still there");
        Assert.Equal("still there", await pair.B.ReadTextAsync(11));

        pair.A.Dispose();
        pair.B.Dispose();
        await pair.Connection.Completion.InTimeAsync();
        await pair.Connector.Completion.InTimeAsync();
        Assert.True(pair.Connector.IsClosed);
    }

    [Fact]
    public async Task B03_A_connection_that_comes_and_goes_in_time_closes_nothing_and_another_can_follow()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Options);
        pair.A.Dispose();
        pair.B.Dispose();
        await pair.Connection.Completion.InTimeAsync();
        _clock.Advance(_grace - _tick);
        Assert.False(pair.Connector.GracePeriodPassed);
        Assert.False(pair.Connector.IsClosed);

        using TestPeer a = await TestPeer.ConnectAsync(pair.Connector.EndPointA!);
        using TestPeer b = await TestPeer.ConnectAsync(pair.Connector.EndPointB!);
        await a.WriteAsync("second");
        Assert.Equal("second", await b.ReadTextAsync(6));
        _clock.Advance(_tick);
        Assert.True(pair.Connector.GracePeriodPassed);
        Assert.False(pair.Connector.IsClosed);
    }

    [Fact]
    public async Task B03_After_the_timeout_only_the_last_of_several_connections_closes_it()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Options);
        using TestPeer a = await TestPeer.ConnectAsync(pair.Connector.EndPointA!);
        using TestPeer b = await TestPeer.ConnectAsync(pair.Connector.EndPointB!);
        await Eventually.TrueAsync(() => pair.Connector.GetConnections().Count == 2);
        _clock.Advance(_grace);

        pair.A.Reset();
        await pair.Connection.Completion.InTimeAsync();
        await a.WriteAsync("not the last");
        Assert.Equal("not the last", await b.ReadTextAsync(12));
        Assert.False(pair.Connector.IsClosed);

        a.Reset();
        await pair.Connector.Completion.InTimeAsync();
        Assert.True(pair.Connector.IsClosed);
    }

    [Fact]
    public async Task B04_Infinity_never_closes_by_itself_and_sets_no_timer()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Options with { GracePeriod = Timeout.InfiniteTimeSpan });
        Assert.Equal(0, _clock.ActiveTimers);
        _clock.Advance(TimeSpan.FromDays(10_000));
        pair.A.Reset();
        await pair.Connection.Completion.InTimeAsync();
        _clock.Advance(TimeSpan.FromDays(10_000));
        Assert.False(pair.Connector.GracePeriodPassed);
        Assert.False(pair.Connector.IsClosed);
        using TestPeer next = await TestPeer.ConnectAsync(pair.Connector.EndPointA!);
        await Eventually.TrueAsync(() => pair.Connector.GetPending(Side.A).Count == 1);
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B04_Stopping_disposes_every_timer(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Options);
        Assert.Equal(1, _clock.ActiveTimers);
        await pair.Connector.DisposeAsync().AsTask().InTimeAsync();
        Assert.Equal(0, _clock.ActiveTimers);
    }

    private async Task WithoutConnectionAsync(Mode mode, SideOptions a)
    {
        using var server = new TestServer();
        using var other = new TestServer();
        var listen = new ListenOptions(IPAddress.Loopback, 0);
        ConnectOptions connect = RelayedPair.Connect(a, server), connectOther = RelayedPair.Connect(new SideOptions(), other);
        CancellationToken token = TestContext.Current.CancellationToken;
        await using Connector connector = await (mode switch
        {
            Mode.ServerToServer => Connector.ServerToServerAsync(listen, listen, Options, token),
            Mode.ServerToSocket => Connector.ServerToSocketAsync(listen, connect, Options, token),
            Mode.SocketToServer => Connector.SocketToServerAsync(connect, listen, Options, token),
            _ => Connector.SocketToSocketAsync(connect, connectOther, Options with { AdmissionTimeout = _grace * 2 }, token),
        });

        _clock.Advance(_grace - _tick);
        Assert.False(connector.GracePeriodPassed);
        Assert.False(connector.IsClosed);
        _clock.Advance(_tick);
        Assert.True(connector.GracePeriodPassed);
        Assert.True(connector.IsClosed);
        await connector.Completion.InTimeAsync();
        Assert.Equal(0, _clock.ActiveTimers);
    }
}
