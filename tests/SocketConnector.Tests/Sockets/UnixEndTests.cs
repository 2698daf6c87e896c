using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Sockets;

/// <summary>How a Unix peer's stream ends: a full close is in order, and only the kernel's word makes it a reset.</summary>
public sealed class UnixEndTests : IDisposable
{
    private const int Large = 8 * 1024 * 1024;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("socketconnector-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(Side.A, 5, false)]
    [InlineData(Side.B, 5, false)]
    [InlineData(Side.A, Large, false)]
    [InlineData(Side.B, Large, false)]
    [InlineData(Side.A, Large, true)]
    [InlineData(Side.B, Large, true)]
    public async Task B74_A_Unix_peer_that_writes_and_closes_at_once_ends_in_order(Side unix, int bytes, bool isReaderSlow)
    {
        await using Connector connector = await StartAsync(unix);
        (TestPeer sender, TestPeer reader) = await JoinAsync(connector, unix);
        using TestPeer _ = reader;
        Connection connection = await ConnectionAsync(connector);
        byte[] sent = RandomBytes.Of(seed: 74, bytes);
        Task<(long Count, string Sha256)> reading = reader.HashToEndAsync(isReaderSlow ? PauseNowAndThen() : null);
        using (sender)
        {
            await sender.WriteAsync(sent).InTimeAsync();
        }

        Assert.Equal((bytes, RandomBytes.Sha256(sent)), await reading.InTimeAsync());
        reader.EndHalf();
        CloseInfo end = await connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.Completed, unix), (end.Reason, end.Side));
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B44_A_Unix_peer_that_closes_over_unread_bytes_has_reset(Side unix)
    {
        await using Connector connector = await StartAsync(unix);
        (TestPeer closing, TestPeer other) = await JoinAsync(connector, unix);
        using TestPeer _ = other;
        Connection connection = await ConnectionAsync(connector);
        await other.WriteAsync("never read");
        await Eventually.TrueAsync(() => connection.BytesAToB + connection.BytesBToA == 10);

        closing.Dispose();

        Assert.NotNull((await other.ReadToWhateverEndAsync()).Error);
        CloseInfo end = await connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.PeerReset, unix), (end.Reason, end.Side));
    }

    [Fact]
    public async Task B17_A_Unix_peer_that_writes_and_closes_while_it_waits_is_relayed_to_the_partner_that_comes()
    {
        await using Connector connector = await StartAsync(Side.A);
        using (TestPeer early = await TestPeer.ConnectAsync(connector.EndPointA!))
        {
            await early.WriteAsync("written before");
            await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        }

        using TestPeer late = await TestPeer.ConnectAsync(connector.EndPointB!);
        Assert.Equal("written before", await late.ReadTextToEndAsync());
    }

    private Task<Connector> StartAsync(Side unix)
    {
        var onFile = new ListenOptions(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "u.sock")));
        var onPort = new ListenOptions(IPAddress.Loopback, 0);
        return Connector.ServerToServerAsync(
            unix == Side.A ? onFile : onPort, unix == Side.A ? onPort : onFile, Patient.Options, TestContext.Current.CancellationToken);
    }

    private static async Task<(TestPeer Unix, TestPeer Tcp)> JoinAsync(Connector connector, Side unix)
    {
        EndPoint file = unix == Side.A ? connector.EndPointA! : connector.EndPointB!;
        EndPoint port = unix == Side.A ? connector.EndPointB! : connector.EndPointA!;
        return (await TestPeer.ConnectAsync(file), await TestPeer.ConnectAsync(port, static socket => socket.ReceiveBufferSize = 32 * 1024));
    }

    private static async Task<Connection> ConnectionAsync(Connector connector)
    {
        await Eventually.TrueAsync(() => connector.GetConnections().Count == 1);
        return connector.GetConnections().Single();
    }

    private static Func<Task> PauseNowAndThen()
    {
        int reads = 0;
        return async () =>
        {
            if (++reads % 16 == 1)
            {
                await Task.Delay(10);
            }
        };
    }
}
