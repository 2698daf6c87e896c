using System.Net.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Tests.Measured;

namespace SocketConnector.Tests.Engine;

/// <summary>A socket of the user's own, which the runtime may watch already.</summary>
public sealed class TakeoverTests
{
    [Fact]
    public async Task A_socket_that_was_used_asynchronously_is_relayed_and_watched_by_one_alone()
    {
        using SocketPair own = await SocketPair.CreateAsync();
        long inode = Descriptors.InodeOf(own.Near.Socket);
        Task<int> waiting = own.Near.Socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, TestContext.Current.CancellationToken).AsTask();
        await Eventually.TrueAsync(() => Descriptors.WatchersOf(inode) == 1);
        await own.Far.WriteAsync("early");
        await waiting.InTimeAsync();

        using var target = new TestServer();
        await using Connector connector = await Connector.ServerToSocketAsync(
            RelayedPair.Listen(new SideOptions()), new ConnectOptions(target.EndPoint), Patient.Options, TestContext.Current.CancellationToken);
        await connector.AddAsync(Side.A, own.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        using TestPeer far = await target.AcceptAsync();
        Assert.Equal("early", await far.ReadTextAsync(5));
        Connection connection = connector.GetConnections().Single();
        Assert.Equal(TestEngine.Plain, connection.Engine);
        Assert.Equal(1, Descriptors.WatchersOf(inode));

        await far.WriteAsync("answer");
        far.EndHalf();
        Assert.Equal("answer", await own.Far.ReadTextToEndAsync());
        own.Far.Dispose();
        Assert.Equal(CloseReason.Completed, (await connection.Completion.InTimeAsync()).Reason);
        Assert.Equal(0, Descriptors.WatchersOf(inode));
    }

    [Fact]
    public async Task That_holds_although_the_first_socket_given_was_never_waited_on()
    {
        using var target = new TestServer();
        await using RelayProcess relay = await RelayProcess.StartAsync(target);
        Assert.Equal(1, await relay.WatchersOfOwnSocketAsync());
    }
}
