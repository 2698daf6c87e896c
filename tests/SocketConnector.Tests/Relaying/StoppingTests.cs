using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class StoppingTests
{
    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B05_StopAsync_lets_a_connection_finish(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        Task stopping = pair.Connector.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(pair.Connector.IsClosed);

        await pair.A.WriteAsync("question");
        pair.A.EndHalf();
        Assert.Equal("question", await pair.B.ReadTextToEndAsync());
        Assert.False(stopping.IsCompleted, "the other half is still open");
        Assert.False(pair.Connector.Completion.IsCompleted, "the other half is still open");
        await pair.B.WriteAsync("answer");
        pair.B.EndHalf();
        Assert.Equal("answer", await pair.A.ReadTextToEndAsync());

        await stopping.InTimeAsync();
        Assert.True(pair.Connector.Completion.IsCompletedSuccessfully);
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
    }

    [Fact]
    public async Task B05_StopAsync_stops_listening_and_resets_what_is_pending()
    {
        await using Connector connector = await StartAsync();
        using TestPeer pending = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        await connector.StopAsync(TestContext.Current.CancellationToken).InTimeAsync();
        Assert.Equal(SocketError.ConnectionReset, (await pending.ReadToWhateverEndAsync()).Error);
        Assert.Empty(connector.GetPending(Side.A));
        foreach (EndPoint endPoint in (EndPoint[])[connector.EndPointA!, connector.EndPointB!])
        {
            SocketException refused = await Assert.ThrowsAsync<SocketException>(() => TestPeer.ConnectAsync(endPoint));
            Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        }
    }

    [Fact]
    public async Task B05_The_token_of_StopAsync_aborts_the_rest_and_the_task_still_finishes_in_order()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        using var patience = new CancellationTokenSource();
        Task stopping = pair.Connector.StopAsync(patience.Token);
        Assert.False(stopping.IsCompleted);
        await patience.CancelAsync();

        await stopping.InTimeAsync();
        Assert.Equal(SocketError.ConnectionReset, (await pair.A.ReadToWhateverEndAsync()).Error);
        Assert.Equal(SocketError.ConnectionReset, (await pair.B.ReadToWhateverEndAsync()).Error);
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.Aborted, (Side?)null), (end.Reason, end.Side));
    }

    [Fact]
    public async Task B05_A_token_that_is_cancelled_already_aborts_at_once()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        await pair.Connector.StopAsync(new CancellationToken(canceled: true)).InTimeAsync();
        Assert.Equal(CloseReason.Aborted, (await pair.Connection.Completion.InTimeAsync()).Reason);
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B05_DisposeAsync_aborts(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        await pair.Connector.DisposeAsync().AsTask().InTimeAsync();
        Assert.Equal(SocketError.ConnectionReset, (await pair.A.ReadToWhateverEndAsync()).Error);
        Assert.Equal(SocketError.ConnectionReset, (await pair.B.ReadToWhateverEndAsync()).Error);
        Assert.True(pair.Connector.Completion.IsCompletedSuccessfully);
        Assert.Empty(pair.Connector.GetConnections());
    }

    [Fact]
    public async Task B05_Both_can_be_called_again_and_after_each_other()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        CancellationToken token = TestContext.Current.CancellationToken;
        Task drains = Task.WhenAll(pair.Connector.StopAsync(token), pair.Connector.StopAsync(token));
        await pair.Connector.DisposeAsync().AsTask().InTimeAsync();
        await drains.InTimeAsync();
        await pair.Connector.DisposeAsync().AsTask().InTimeAsync();
        await pair.Connector.StopAsync(token).InTimeAsync();
    }

    [Fact]
    public async Task B05_Many_at_once_while_clients_keep_coming_leave_nothing_behind()
    {
        for (int round = 0; round < 20; round++)
        {
            Connector connector = await StartAsync();
            Task<TestPeer?>[] clients = [.. Enumerable.Range(0, 10).Select(i => TryConnectAsync(i % 2 == 0 ? connector.EndPointA! : connector.EndPointB!))];
            Task[] endings = [.. Enumerable.Range(0, 8).Select(i => Task.Run(
                () => i % 2 == 0 ? connector.StopAsync(new CancellationToken(i == 0)) : connector.DisposeAsync().AsTask(), TestContext.Current.CancellationToken))];
            await Task.WhenAll(endings).InTimeAsync();
            Assert.Equal((0, 0, 0), (connector.GetConnections().Count, connector.GetPending(Side.A).Count, connector.GetPending(Side.B).Count));
            foreach (Task<TestPeer?> client in clients)
            {
                if (await client is { } peer)
                {
                    using (peer)
                    {
                        Assert.NotNull((await peer.ReadToWhateverEndAsync(saying: "anybody?")).Error);
                    }
                }
            }
        }
    }

    [Fact]
    public async Task B05_Cancelling_the_start_ends_a_dial_and_what_was_opened_before_it()
    {
        using var target = new TestServer(backlog: 1);
        await target.FillAsync();
        int port = TestServer.RefusingPort();
        using var giveUp = new CancellationTokenSource();
        Task<Connector> starting = Connector.SocketToServerAsync(
            new ConnectOptions(target.EndPoint), new ListenOptions(IPAddress.Loopback, port), Patient.Options, giveUp.Token);
        Assert.False(starting.IsCompleted);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting.InTimeAsync());
        await using Connector second = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, port), new ListenOptions(IPAddress.Loopback, 0), Patient.Options, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task B05_The_token_of_the_start_means_nothing_afterwards()
    {
        using var start = new CancellationTokenSource();
        await using Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ListenOptions(IPAddress.Loopback, 0), Patient.Options, start.Token);
        await start.CancelAsync();
        using TestPeer a = await TestPeer.ConnectAsync(connector.EndPointA!);
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        await a.WriteAsync("open");
        Assert.Equal("open", await b.ReadTextAsync(4));
    }

    private static Task<Connector> StartAsync() => Connector.ServerToServerAsync(
        new ListenOptions(IPAddress.Loopback, 0), new ListenOptions(IPAddress.Loopback, 0), Patient.Options, TestContext.Current.CancellationToken);

    private static async Task<TestPeer?> TryConnectAsync(EndPoint endPoint)
    {
        try
        {
            return await TestPeer.ConnectAsync(endPoint);
        }
        catch (SocketException)
        {
            // The listener was faster to close.
            return null;
        }
    }
}
