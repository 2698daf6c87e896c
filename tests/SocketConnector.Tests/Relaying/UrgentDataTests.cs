using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>
/// Urgent data (tcp(7), MSG_OOB) is one byte beside the stream, which is not relayed; every byte before and behind it is. A read
/// stops short at its mark, and splice(2) does not get past it.
/// </summary>
public sealed class UrgentDataTests : IDisposable
{
    private const int Large = 3 * 1024 * 1024;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("socketconnector-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(Large)]
    public async Task B75_Bytes_around_an_urgent_one_are_relayed_while_the_two_are_joined(int around)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        byte[] sent = RandomBytes.Of(seed: 75, around);
        Task<(long Count, string Sha256)> reading = pair.B.HashToEndAsync();
        await SendAroundAsync(pair.A, sent);

        // A mark that comes before the last one was passed turns that one's byte into an ordinary one.
        await Eventually.TrueAsync(() => pair.Connection.PeerA.BytesReceived == 2 * sent.Length);
        await pair.A.WriteAsync(sent).InTimeAsync();
        await SendAroundAsync(pair.A, sent);
        pair.A.EndHalf();

        byte[] all = [.. sent, .. sent, .. sent, .. sent, .. sent];
        Assert.Equal((all.Length, RandomBytes.Sha256(all)), await reading.InTimeAsync());
        pair.B.EndHalf();
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(5, false)]
    [InlineData(5, true)]
    [InlineData(48 * 1024, false)]
    [InlineData(48 * 1024, true)]
    public async Task B75_Bytes_around_an_urgent_one_that_came_before_the_partner_are_relayed(int around, bool thenEnds)
    {
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ListenOptions(IPAddress.Loopback, 0), Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer a = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        byte[] sent = RandomBytes.Of(seed: 76, around);
        await SendAroundAsync(a, sent);
        if (thenEnds)
        {
            a.EndHalf();
        }

        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        byte[] all = [.. sent, .. sent];
        Assert.Equal(RandomBytes.Sha256(all), RandomBytes.Sha256(await b.ReadAsync(all.Length)));
        if (!thenEnds)
        {
            await a.WriteAsync("and more");
            a.EndHalf();
        }

        Assert.Equal(thenEnds ? "" : "and more", await b.ReadTextToEndAsync());
    }

    [Fact]
    public async Task B75_A_pending_peer_with_urgent_data_is_still_there_after_several_looks()
    {
        var clock = new ManualClock();
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0),
            new ListenOptions(IPAddress.Loopback, 0),
            Patient.Options with { TimeProvider = clock },
            TestContext.Current.CancellationToken);
        using TestPeer a = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        await SendAroundAsync(a, "abc"u8.ToArray());
        await Eventually.TrueAsync(() => clock.ActiveTimers == 1);
        for (int i = 0; i < 5; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Single(connector.GetPending(Side.A));
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        Assert.Equal("abcabc", await b.ReadTextAsync(6));
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B75_Bytes_around_descriptors_passed_over_a_Unix_socket_are_relayed(Side passing)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sendmsg(2) as this test calls it is Linux");
        ListenOptions onFile = new(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "a.sock"))), onPort = new(IPAddress.Loopback, 0);
        await using Connector connector = await Connector.ServerToServerAsync(
            passing == Side.A ? onFile : onPort, passing == Side.A ? onPort : onFile, Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer unix = await TestPeer.ConnectAsync((passing == Side.A ? connector.EndPointA : connector.EndPointB)!);
        using TestPeer tcp = await TestPeer.ConnectAsync((passing == Side.A ? connector.EndPointB : connector.EndPointA)!);
        await Eventually.TrueAsync(() => connector.GetConnections().Count == 1);
        byte[] sent = RandomBytes.Of(seed: 77, 3000);
        var all = new List<byte>();
        for (int i = 0; i < 20; i++)
        {
            await unix.WriteAsync(sent);
            await Eventually.TrueAsync(() => PassedDescriptor.TrySend(unix.Socket, sent));
            await unix.WriteAsync(sent);
            all.AddRange([.. sent, .. sent, .. sent]);
        }

        Assert.Equal(RandomBytes.Sha256([.. all]), RandomBytes.Sha256(await tcp.ReadAsync(all.Count)));
        unix.EndHalf();
        Assert.Empty(await tcp.ReadToEndAsync());
    }

    private static async Task SendAroundAsync(TestPeer peer, byte[] bytes)
    {
        await peer.WriteAsync(bytes).InTimeAsync();
        await peer.Socket.SendAsync("!"u8.ToArray(), SocketFlags.OutOfBand).InTimeAsync();
        await peer.WriteAsync(bytes).InTimeAsync();
    }
}
