using System.Net;
using System.Text.Json;
using SocketConnector.Diagnostics;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

public sealed class IdentityStatisticsTests
{
    [Fact]
    public async Task B62_Sockets_and_bytes_are_counted_by_identity_while_joined_and_after()
    {
        var a = new SideOptions { AuthVerifier = (_, _) => new(AuthResult.Accept(identity: "alice")) };
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, a: a);
        await pair.A.WriteAsync("1234567");
        await pair.B.ReadTextAsync(7);
        await pair.B.WriteAsync("123");
        await pair.A.ReadTextAsync(3);
        await AssertAsync("""{"identity":"alice","sockets":1,"activeSockets":1,"lastConnectedAt":"TIME","bytesReceived":7,"bytesSent":3}""");
        Assert.Empty(pair.Connector.GetStats().IdentitiesB);

        pair.A.EndHalf();
        await pair.B.ReadToEndAsync();
        pair.B.Dispose();
        await pair.Connection.Completion.InTimeAsync();
        await AssertAsync("""{"identity":"alice","sockets":1,"activeSockets":0,"lastConnectedAt":"TIME","bytesReceived":7,"bytesSent":3}""");

        async Task AssertAsync(string expected)
        {
            string wanted = expected.Replace("\"TIME\"", JsonSerializer.Serialize(pair.Connection.PeerA.ConnectedAt), StringComparison.Ordinal);
            await Eventually.TrueAsync(() => Told() == wanted, explain: Told);
        }

        string Told()
        {
            using JsonDocument json = JsonDocument.Parse(pair.Connector.GetStats().ToJson());
            return Assert.Single(json.RootElement.GetProperty("identitiesA").EnumerateArray()).GetRawText();
        }
    }

    [Fact]
    public void B62_However_many_identities_come_the_last_256_are_kept()
    {
        var ledger = new IdentityLedger();
        for (int i = 0; i < 1000; i++)
        {
            ledger.Joined(Named($"number {i}"));
        }

        ledger.Joined(Named("number 744"));
        ledger.Joined(Named(null));
        ledger.Ended(new(Named("number 744"), 5, 6));
        ledger.Ended(new(Named("number 1"), 5, 6));
        IReadOnlyList<IdentityStats> kept = ledger.Snapshot([new(Named("number 999"), 1, 2), new(Named("number 999"), 10, 20), new(Named(null), 100, 100)]);
        Assert.Equal(256, kept.Count);
        Assert.Equal(("number 745", 1, 0, 0, 0), Figures(kept[0]));
        Assert.Equal(("number 999", 1, 2, 11, 22), Figures(kept[^2]));
        Assert.Equal(("number 744", 2, 0, 5, 6), Figures(kept[^1]));
    }

    private static (string Identity, long Sockets, int ActiveSockets, long Received, long Sent) Figures(IdentityStats stats) =>
        (stats.Identity, stats.Sockets, stats.ActiveSockets, stats.BytesReceived, stats.BytesSent);

    private static Peer Named(string? identity)
    {
        var peer = new Peer(Side.A, CompactEndPoint.Of(new IPEndPoint(IPAddress.Loopback, 1)), default, default);
        peer.Learn(null, identity, null);
        return peer;
    }
}
