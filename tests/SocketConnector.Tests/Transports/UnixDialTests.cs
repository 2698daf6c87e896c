using System.Net;
using System.Net.Sockets;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Transports;

public sealed class UnixDialTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("socketconnector-");
    private readonly ClockedDialer _dialer = new();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B99_A_Unix_socket_with_a_full_backlog_is_waited_for()
    {
        var path = new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "full.sock"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(path);
        listener.Listen(1);
        Dialer dialer = _dialer.Create();
        List<ByteStream> connected = [];
        Task<Dialled> connecting;
        while ((connecting = dialer.ConnectAsync(To(path), TestContext.Current.CancellationToken)) is var next && await IsConnectedAsync(next))
        {
            connected.Add((await next).Stream);
            Assert.InRange(connected.Count, 1, 10);
        }

        using Socket accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        await _dialer.PassAsync(connecting);
        connected.Add((await connecting).Stream);
        Assert.Equal(TestEngine.Plain == RelayEngine.Linux, connected[0] is DescriptorSocket);
        Assert.All(connected, stream => Assert.Equal($"unix:{path}", stream.Remote.ToString()));
        connected.ForEach(stream => stream.Close());

        // Nothing is waiting for a time when the wait is over.
        Assert.Equal(0, _dialer.Clock.ActiveTimers);
        SocketException gone = await Assert.ThrowsAsync<SocketException>(
            () => dialer.ConnectAsync(To(new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "none.sock"))), TestContext.Current.CancellationToken).InTimeAsync());
        Assert.EndsWith("no such file or directory", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B99_A_Unix_socket_and_a_known_name_connect_near_the_peer_without_a_timer()
    {
        if (TestEngine.Plain != RelayEngine.Linux)
        {
            using SocketPair far = await SocketPair.CreateAsync();
            ConnectAttempt begun = _dialer.Create((_, _, _) => Task.FromResult<IPAddress[]>([])).Begin(To(new UnixDomainSocketEndPoint("/none")), ByteStreams.Of(far.Near.Socket, loops: null));
            Assert.Null(await begun.TryFinishQuicklyAsync());
            begun.Abandon();
            return;
        }

        using var server = new TestServer();
        var path = new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "near.sock"));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(path);
        listener.Listen();
        using SocketPair waiting = await SocketPair.CreateAsync();
        ByteStream peer = ByteStreams.Of(waiting.Near.Socket, LoopGroup.Shared);
        Dialer dialer = _dialer.Create((_, _, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]));
        var name = To(new DnsEndPoint("near.test", server.Port));
        ConnectAttempt unknown = dialer.Begin(name, peer);
        Assert.Null(await unknown.TryFinishQuicklyAsync());
        (await unknown.FinishAsync(TestContext.Current.CancellationToken).InTimeAsync()).Close();

        // What fails at once makes way for the next one, as near.
        DialTargets several = new(new ConnectOptions([new UnixDomainSocketEndPoint(path + ".none"), path]) { Order = TargetOrder.Failover });
        foreach (DialTargets targets in (DialTargets[])[name, To(path), several])
        {
            ByteStream? near = await dialer.Begin(targets, peer).TryFinishQuicklyAsync();
            Assert.Equal(((DescriptorSocket)peer).Home, Assert.IsType<DescriptorSocket>(near).Home);
            near.Close();
        }

        Assert.Equal(0, _dialer.Clock.ActiveTimers);
        peer.Close();
    }

    private async Task<bool> IsConnectedAsync(Task<Dialled> connecting)
    {
        await Eventually.TrueAsync(() => connecting.IsCompleted || _dialer.Clock.ActiveTimers == 2);
        return connecting.IsCompletedSuccessfully;
    }

    private static DialTargets To(EndPoint endPoint) => new(new ConnectOptions(endPoint));
}
