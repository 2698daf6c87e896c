using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transforms;

/// <summary>A tunnel of two connectors: the first encodes towards the second and decodes what comes back; the second the other way round.</summary>
public sealed class CodecTests
{
    private const long Bytes = 64 * 1024 * 1024;
    private static readonly TimeSpan _within = TimeSpan.FromMinutes(2);

    [Fact]
    public Task B33_AES_written_near_and_read_far() =>
        ThroughTunnelAsync(Codecs.Encrypting, Codecs.DecryptingWhenRead, onTheWay: 16 + Bytes);

    [Fact]
    public Task B33_AES_read_near_and_written_far() =>
        ThroughTunnelAsync(Codecs.EncryptingWhenRead, Codecs.Decrypting, onTheWay: 16 + Bytes);

    [Fact]
    public Task B33_Gzip() => ThroughTunnelAsync(Codecs.Zipping, Codecs.Unzipping, onTheWay: null);

    private static async Task ThroughTunnelAsync(DataTransformer encode, DataTransformer decode, long? onTheWay)
    {
        using var target = new TestServer();
        var options = new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan };
        await using Connector far = await Connector.ServerToSocketAsync(
            RelayedPair.Listen(new SideOptions { Transformer = decode }),
            RelayedPair.Connect(new SideOptions { Transformer = encode }, target),
            options,
            TestContext.Current.CancellationToken);
        await using Connector near = await Connector.ServerToSocketAsync(
            RelayedPair.Listen(new SideOptions { Transformer = encode }),
            new ConnectOptions(IPAddress.Loopback, far.PortA!.Value) { Transformer = decode },
            options,
            TestContext.Current.CancellationToken);
        using TestPeer client = await TestPeer.ConnectAsync(near.EndPointA!);
        using TestPeer server = await target.AcceptAsync();

        Task<(long Count, string Sha256)> atServer = server.HashToEndAsync(within: _within);
        Task<(long Count, string Sha256)> atClient = client.HashToEndAsync(within: _within);
        var byClient = Pouring.Start(client, Bytes, seed: 1);
        var byServer = Pouring.Start(server, Bytes, seed: 2);

        Assert.Equal((Bytes, await byClient.Sha256.InTimeAsync(_within)), await atServer.InTimeAsync(_within));
        Assert.Equal((Bytes, await byServer.Sha256.InTimeAsync(_within)), await atClient.InTimeAsync(_within));
        await Eventually.TrueAsync(() => near.GetConnections().Count == 0 && far.GetConnections().Count == 0);
        ConnectorStats nearStats = near.GetStats(), farStats = far.GetStats();
        Assert.Equal((onTheWay ?? nearStats.BytesAToB, Bytes), (nearStats.BytesAToB, farStats.BytesAToB));
        Assert.Equal((onTheWay ?? farStats.BytesBToA, Bytes), (farStats.BytesBToA, nearStats.BytesBToA));
        Assert.NotEqual(Bytes, nearStats.BytesAToB);
    }
}
