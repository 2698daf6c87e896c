using System.Net;
using SocketConnector.Diagnostics;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

public sealed class MetricsTests : IDisposable
{
    private readonly Measurements _measured = new();

    public void Dispose() => _measured.Dispose();

    [Theory]
    [InlineData(null, "")]
    [InlineData("db", " socketconnector.connector.name=db")]
    public async Task B136_The_meter_counts_connections_their_bytes_and_their_seconds(string? name, string tag)
    {
        var clock = new ManualClock();
        await using (RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Options with { TimeProvider = clock, Name = name }))
        {
            await Eventually.TrueAsync(() => _measured.Value($"socketconnector.connections.active{tag}") == 1);
            await pair.A.WriteAsync("12345");
            await pair.B.ReadTextAsync(5);

            // The connection runs still.
            await Eventually.TrueAsync(() => _measured.Value($"socketconnector.io{tag} socketconnector.direction=a_to_b") == 5);
            clock.Advance(TimeSpan.FromSeconds(3));
            pair.A.EndHalf();
            await pair.B.ReadToEndAsync();
            pair.B.Dispose();
            await pair.Connection.Completion.InTimeAsync();
        }

        Assert.Equal(0, _measured.Value($"socketconnector.connections.active{tag}"));
        Assert.Equal(3, _measured.Value($"socketconnector.connection.duration{tag} socketconnector.side=A"));
        Assert.Equal(5, _measured.Value($"socketconnector.io{tag} socketconnector.direction=a_to_b"));
        Assert.Equal(0, _measured.Value($"socketconnector.io{tag} socketconnector.direction=b_to_a"));
        Assert.DoesNotContain(_measured.Series, series => series.StartsWith("socketconnector.rejected", StringComparison.Ordinal));
    }

    [Fact]
    public async Task B136_A_connection_that_fails_is_told_by_its_close_reason_and_the_side_that_caused_it()
    {
        await using (RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Options))
        {
            pair.B.Reset();
            await pair.Connection.Completion.InTimeAsync();
        }

        Assert.NotNull(_measured.Value("socketconnector.connection.duration error.type=PeerReset socketconnector.side=B"));
    }

    [Fact]
    public async Task B136_What_waits_and_what_is_rejected_is_counted_by_side()
    {
        await using (Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ListenOptions(IPAddress.Loopback, 0) { Deny = [IPNetwork.Parse("127.0.0.0/8")] }, Options, TestContext.Current.CancellationToken))
        {
            using TestPeer waiting = await TestPeer.ConnectAsync(connector.EndPointA!);
            await Eventually.TrueAsync(() => _measured.Value("socketconnector.pending socketconnector.side=A") == 1);
            Assert.Equal(0, _measured.Value("socketconnector.pending socketconnector.side=B"));
            await TestPeer.ConnectToWhateverEndAsync(connector.EndPointB!);
            await Eventually.TrueAsync(() => _measured.Value("socketconnector.rejected error.type=AccessDenied socketconnector.side=B") == 1);
            await connector.DisposeAsync();
        }

        Assert.Equal(0, _measured.Value("socketconnector.pending socketconnector.side=A"));
        Assert.Equal(1, _measured.Value("socketconnector.rejected error.type=Aborted socketconnector.side=none"));
        Assert.Equal(0, _measured.Value("socketconnector.connections.active"));
    }

    [Fact]
    public async Task B136_A_dial_that_fails_is_told_with_its_time()
    {
        await using (Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ConnectOptions(TestServer.RefusingPort()), Options, TestContext.Current.CancellationToken))
        {
            await TestPeer.ConnectToWhateverEndAsync(connector.EndPointA!);
        }

        Assert.NotNull(_measured.Value("socketconnector.connect.duration error.type=ConnectFailed"));
        Assert.Equal(1, _measured.Value("socketconnector.rejected error.type=ConnectFailed socketconnector.side=B"));
    }

    [Fact]
    public async Task B136_Connectors_of_one_meter_are_added_up_and_their_sums_outlive_them()
    {
        for (int round = 1; round <= 2; round++)
        {
            await using RelayedPair one = await RelayedPair.StartAsync(Mode.ServerToSocket, Options);
            await using RelayedPair other = await RelayedPair.StartAsync(Mode.SocketToSocket, Options);
            await one.A.WriteAsync("123");
            await one.B.ReadTextAsync(3);
            await other.A.WriteAsync("45");
            await other.B.ReadTextAsync(2);
            await Eventually.TrueAsync(() => _measured.Value("socketconnector.connections.active") == 2);
            await Eventually.TrueAsync(() => _measured.Value("socketconnector.io socketconnector.direction=a_to_b") == 5 * round);
        }

        Assert.Equal(10, _measured.Value("socketconnector.io socketconnector.direction=a_to_b"));
        await Eventually.TrueAsync(() => _measured.Value("socketconnector.connections.active") == 0);
        Assert.Equal(_measured.Instruments.Select(instrument => instrument.Name).Distinct(StringComparer.Ordinal), _measured.Instruments.Select(instrument => instrument.Name));
    }

    [Fact]
    public async Task B136_The_tags_are_bounded_however_many_addresses_come()
    {
        await using var far = new EchoServer();
        await using (Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Any, 0) { Deny = [IPNetwork.Parse("127.0.2.0/24")] }, new ConnectOptions(far.EndPoint), Options, TestContext.Current.CancellationToken))
        {
            await RoundAsync(connector, 1);
            int series = _measured.Series.Count;
            for (int host = 2; host < 60; host++)
            {
                await RoundAsync(connector, host);
            }

            Assert.Equal(series, _measured.Series.Count);
        }

        Assert.DoesNotContain(_measured.Series, series => series.Contains("127.", StringComparison.Ordinal));

        async Task RoundAsync(Connector connector, int host)
        {
            await RelayAsync(connector, IPAddress.Parse($"127.0.1.{host}"), isLetIn: true);
            await RelayAsync(connector, IPAddress.Parse($"127.0.2.{host}"), isLetIn: false);
            string ended = "socketconnector.connection.duration socketconnector.side=A";
            await Eventually.TrueAsync(() => _measured.Value(ended) is not null && _measured.Value("socketconnector.rejected error.type=AccessDenied socketconnector.side=A") == host);
        }
    }

    [Fact]
    public async Task B136_Where_nobody_listens_no_time_is_taken()
    {
        using var factory = new OneMeter();
        var metrics = new ConnectorMetrics(factory, null);
        metrics.Begin(new EndedTotals());
        await metrics.DrainedAsync().InTimeAsync();
        Assert.NotNull(factory.Meter);
        Assert.DoesNotContain(Enum.GetValues<MeasuredTime>(), metrics.Measures);
    }

    private ConnectorOptions Options => new() { GracePeriod = Timeout.InfiniteTimeSpan, MeterFactory = _measured.Factory };

    private static async Task RelayAsync(Connector connector, IPAddress from, bool isLetIn)
    {
        var to = new IPEndPoint(IPAddress.Loopback, connector.PortA!.Value);
        using TestPeer client = await TestPeer.ConnectAsync(to, socket => socket.Bind(new IPEndPoint(from, 0)));
        if (!isLetIn)
        {
            await client.ReadToWhateverEndAsync();
            return;
        }

        await client.WriteAsync("hello");
        Assert.Equal("hello", await client.ReadTextAsync(5));
        client.EndHalf();
        Assert.Empty(await client.ReadToEndAsync());
    }
}
