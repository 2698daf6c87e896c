using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using SocketConnector.Diagnostics;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

public sealed class StatisticsTests
{
    [Fact]
    public async Task B62_Pairs_bytes_and_remote_addresses_are_counted_and_told_as_JSON()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer);
        await pair.A.WriteAsync("1234567");
        await pair.B.ReadTextAsync(7);
        await pair.B.WriteAsync("123");
        await pair.A.ReadTextAsync(3);
        await Eventually.TrueAsync(() => pair.Connector.GetStats() is { BytesAToB: 7, BytesBToA: 3 }, explain: () => pair.Connector.GetStats().ToJson());

        using JsonDocument json = JsonDocument.Parse(pair.Connector.GetStats().ToJson());
        JsonElement stats = json.RootElement;
        Assert.Equal((1, 1), (stats.GetProperty("socketPairs").GetInt32(), stats.GetProperty("activeConnections").GetInt32()));
        Assert.Equal((7, 3), (stats.GetProperty("bytesAToB").GetInt32(), stats.GetProperty("bytesBToA").GetInt32()));
        JsonElement remote = Assert.Single(stats.GetProperty("remotesA").EnumerateArray());
        Assert.Equal("127.0.0.1", remote.GetProperty("address").GetString());
        JsonElement socket = Assert.Single(remote.GetProperty("recent").EnumerateArray());
        Assert.Equal(((IPEndPoint)pair.A.LocalEndPoint).Port, socket.GetProperty("port").GetInt32());
        Assert.Equal(pair.Connection.PeerA.ConnectedAt, socket.GetProperty("connectedAt").GetDateTimeOffset());

        pair.A.EndHalf();
        await pair.B.ReadToEndAsync();
        pair.B.Dispose();
        await pair.Connection.Completion.InTimeAsync();
        ConnectorStats after = pair.Connector.GetStats();
        Assert.Equal((1, 0, 7, 3), (after.SocketPairs, after.ActiveConnections, after.BytesAToB, after.BytesBToA));
        Assert.Equal("""[{"reason":"completed","side":"A","count":1}]""", JsonDocument.Parse(after.ToJson()).RootElement.GetProperty("closed").GetRawText());
    }

    [Fact]
    public void B62_However_many_come_the_statistics_keep_the_last_256_addresses_and_of_each_the_last_32_sockets()
    {
        var ledger = new RemoteLedger();
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (int i = 0; i < 1000; i++)
        {
            ledger.Add(new Peer(Side.A, CompactEndPoint.Of(new IPEndPoint(new IPAddress([127, 1, (byte)(i / 256), (byte)i]), 1)), default, now));
        }

        for (int port = 1; port <= 100; port++)
        {
            ledger.Add(new Peer(Side.A, CompactEndPoint.Of(new IPEndPoint(IPAddress.Loopback, port)), default, now));
        }

        IReadOnlyList<RemoteAddressStats> remotes = ledger.Snapshot();
        Assert.Equal(256, remotes.Count);
        Assert.Equal("127.1.3.231", remotes[^2].Address);
        RemoteAddressStats last = remotes[^1];
        Assert.Equal(("127.0.0.1", 100), (last.Address, last.Sockets));
        Assert.Equal(Enumerable.Range(69, 32), last.Recent.Select(socket => socket.Port!.Value));
    }

    [Fact]
    public void B62_One_host_is_counted_once_however_its_address_is_written_and_whatever_its_port()
    {
        var ledger = new RemoteLedger();
        EndPoint[] remotes =
        [
            new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback.MapToIPv6(), 2),
            new IPEndPoint(IPAddress.Parse("fe80::1%2"), 3), new IPEndPoint(IPAddress.Parse("fe80::1%2"), 4), new IPEndPoint(IPAddress.Parse("fe80::1%3"), 5),
            new UnixDomainSocketEndPoint("/run/one.sock"), new UnixDomainSocketEndPoint("/run/one.sock"), new UnixDomainSocketEndPoint("/run/two.sock"),
        ];
        foreach (EndPoint remote in remotes)
        {
            ledger.Add(new Peer(Side.A, CompactEndPoint.Of(remote), default, default));
        }

        ledger.Add(new Peer(Side.A, default, default, default));
        Assert.Equal(
            ["127.0.0.1 1 2", "fe80::1%2 3 4", "fe80::1%3 5", "unix:/run/one.sock - -", "unix:/run/two.sock -", "unknown -"],
            ledger.Snapshot().Select(host => $"{host.Address} {string.Join(' ', host.Recent.Select(socket => socket.Port?.ToString(CultureInfo.InvariantCulture) ?? "-"))}"));
    }

    [Fact]
    public async Task B62_Snapshots_under_load_never_go_back_and_end_exact()
    {
        const int Connections = 60, Bytes = 5000;
        using var server = new TestServer();
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ConnectOptions(server.EndPoint), new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan }, TestContext.Current.CancellationToken);
        using var done = new CancellationTokenSource();
        Task<int> watching = Task.Run(() => WatchAsync(connector, done.Token));

        for (int i = 0; i < Connections; i++)
        {
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
            using TestPeer upstream = await server.AcceptAsync();
            await client.WriteAsync(new byte[Bytes]);
            client.EndHalf();
            await upstream.ReadToEndAsync();
        }

        await Eventually.TrueAsync(() => connector.GetStats() is { SocketPairs: Connections, ActiveConnections: 0 }, explain: () => connector.GetStats().ToJson());
        await done.CancelAsync();
        Assert.True(await watching > 10, "the watching saw too little to say anything");
        Assert.Equal(Connections * (long)Bytes, connector.GetStats().BytesAToB);
    }

    private static async Task<int> WatchAsync(Connector connector, CancellationToken done)
    {
        ConnectorStats last = connector.GetStats();
        int seen = 0;
        while (!done.IsCancellationRequested)
        {
            ConnectorStats next = connector.GetStats();
            Assert.True(
                next.BytesAToB >= last.BytesAToB && next.SocketPairs >= last.SocketPairs && next.ActiveConnections <= next.SocketPairs,
                $"went back from {last.ToJson()} to {next.ToJson()}");
            last = next;
            seen++;
            await Task.Yield();
        }

        return seen;
    }
}
