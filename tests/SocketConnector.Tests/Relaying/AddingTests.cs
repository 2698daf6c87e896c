using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

public sealed class AddingTests
{
    [Fact]
    public async Task B13_Two_sockets_of_ones_own_are_joined_by_a_connector_without_sides()
    {
        await using var connector = new Connector(Patient.Options);
        using SocketPair a = await SocketPair.CreateAsync();
        using SocketPair b = await SocketPair.CreateAsync();
        Peer peerA = await connector.AddAsync(Side.A, a.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Same(peerA, Assert.Single(connector.GetPending(Side.A)));
        Assert.Empty(connector.GetPending(Side.B));
        Peer peerB = await connector.AddAsync(Side.B, b.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        Connection connection = Assert.Single(connector.GetConnections());
        Assert.Equal((0, 0), (connector.GetPending(Side.A).Count, connector.GetPending(Side.B).Count));
        Assert.Equal((peerA, peerB), (connection.PeerA, connection.PeerB));
        await a.Far.WriteAsync("ping");
        Assert.Equal("ping", await b.Far.ReadTextAsync(4));
        await b.Far.WriteAsync("pong");
        Assert.Equal("pong", await a.Far.ReadTextAsync(4));
    }

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B13_A_socket_can_be_added_in_every_mode(Mode mode, Side side)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        using SocketPair one = await SocketPair.CreateAsync();
        using SocketPair other = await SocketPair.CreateAsync();
        Side far = side == Side.A ? Side.B : Side.A;
        bool isFarDialled = mode == Mode.SocketToSocket || mode == (far == Side.A ? Mode.SocketToServer : Mode.ServerToSocket);
        await pair.Connector.AddAsync(side, one.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        if (!isFarDialled)
        {
            await pair.Connector.AddAsync(far, other.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
            await one.Far.WriteAsync("added");
            Assert.Equal("added", await other.Far.ReadTextAsync(5));
        }

        Assert.Equal(2, pair.Connector.GetConnections().Count);
        await pair.A.WriteAsync("first");
        Assert.Equal("first", await pair.B.ReadTextAsync(5));
    }

    [Fact]
    public async Task B13_For_an_added_socket_the_far_side_is_dialled_and_a_refusal_is_thrown()
    {
        using var far = new TestServer();
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0), new ConnectOptions(far.EndPoint), Patient.Options, TestContext.Current.CancellationToken);
        using SocketPair good = await SocketPair.CreateAsync();
        await connector.AddAsync(Side.A, good.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        using TestPeer server = await far.AcceptAsync();
        await good.Far.WriteAsync("dialled for me");
        Assert.Equal("dialled for me", await server.ReadTextAsync(14));

        far.Dispose();
        using SocketPair bad = await SocketPair.CreateAsync();
        SocketException refused = await Assert.ThrowsAsync<SocketException>(
            () => connector.AddAsync(Side.A, bad.Near.Socket, cancellationToken: TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.Equal(SocketError.ConnectionReset, (await bad.Far.ReadToWhateverEndAsync()).Error);
    }

    [Fact]
    public async Task B13_It_is_verified_by_the_options_given_or_else_by_those_of_the_side()
    {
        var listen = new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = Verifiers.Word("side") };
        await using Connector connector = await Connector.ServerToServerAsync(listen, listen, Patient.Options, TestContext.Current.CancellationToken);
        using SocketPair one = await SocketPair.CreateAsync();
        await one.Far.WriteAsync("side");
        await connector.AddAsync(Side.A, one.Near.Socket, cancellationToken: TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        using SocketPair other = await SocketPair.CreateAsync();
        await other.Far.WriteAsync("mine");
        await connector.AddAsync(Side.A, other.Near.Socket, new AddOptions { AuthVerifier = Verifiers.Word("mine") }, TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        Assert.Equal(2, connector.GetPending(Side.A).Count);

        using SocketPair stranger = await SocketPair.CreateAsync();
        await stranger.Far.WriteAsync("mine");
        await Assert.ThrowsAsync<AuthenticationException>(
            () => connector.AddAsync(Side.A, stranger.Near.Socket, cancellationToken: TestContext.Current.CancellationToken).AsTask().InTimeAsync());
        Assert.Equal(Verifiers.Goodbye, await stranger.Far.ReadTextToEndAsync());
        Assert.Equal(2, connector.GetPending(Side.A).Count);
    }

    [Fact]
    public async Task B13_A_verifier_that_takes_too_long_is_a_timeout()
    {
        var clock = new ManualClock();
        await using var connector = new Connector(Patient.Options with { TimeProvider = clock });
        using SocketPair slow = await SocketPair.CreateAsync();
        var running = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task adding = connector.AddAsync(
            Side.A, slow.Near.Socket, new AddOptions { AuthVerifier = Verifiers.Hanging(running) }, TestContext.Current.CancellationToken).AsTask();
        await running.Task.InTimeAsync();
        clock.Advance(new ConnectorOptions().AdmissionTimeout);
        await Assert.ThrowsAsync<TimeoutException>(() => adding.InTimeAsync(what: "the addition"));
        Assert.Equal(SocketError.ConnectionReset, (await slow.Far.ReadToWhateverEndAsync()).Error);
    }

    [Fact]
    public async Task B13_Its_token_gives_up_the_authentication_and_closes_the_socket()
    {
        await using var connector = new Connector(Patient.Options);
        using SocketPair added = await SocketPair.CreateAsync();
        var running = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var giveUp = new CancellationTokenSource();
        Task adding = connector.AddAsync(Side.B, added.Near.Socket, new AddOptions { AuthVerifier = Verifiers.Hanging(running) }, giveUp.Token).AsTask();
        await running.Task.InTimeAsync();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => adding.InTimeAsync());
        Assert.Equal(SocketError.ConnectionReset, (await added.Far.ReadToWhateverEndAsync()).Error);
        Assert.False(connector.IsClosed);
    }

    [Fact]
    public async Task B05_After_the_end_an_added_socket_is_closed_and_the_call_says_so()
    {
        var connector = new Connector(Patient.Options);
        await connector.DisposeAsync();
        using SocketPair added = await SocketPair.CreateAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => connector.AddAsync(Side.A, added.Near.Socket, cancellationToken: TestContext.Current.CancellationToken).AsTask());
        Assert.Equal(SocketError.ConnectionReset, (await added.Far.ReadToWhateverEndAsync()).Error);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(-1)]
    public async Task B05_A_side_that_there_is_not_is_a_mistake_and_the_socket_is_closed_all_the_same(int side)
    {
        await using var connector = new Connector(Patient.Options);
        using SocketPair added = await SocketPair.CreateAsync();
        ArgumentOutOfRangeException mistake = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => connector.AddAsync((Side)side, added.Near.Socket, cancellationToken: TestContext.Current.CancellationToken).AsTask().InTimeAsync());
        Assert.Equal("side", mistake.ParamName);
        Assert.Equal(SocketError.ConnectionReset, (await added.Far.ReadToWhateverEndAsync()).Error);
    }

    [Fact]
    public async Task B05_A_stop_during_the_authentication_of_an_added_socket_says_so()
    {
        var connector = new Connector(Patient.Options);
        using SocketPair added = await SocketPair.CreateAsync();
        var running = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task adding = connector.AddAsync(
            Side.A, added.Near.Socket, new AddOptions { AuthVerifier = Verifiers.Hanging(running) }, TestContext.Current.CancellationToken).AsTask();
        await running.Task.InTimeAsync();
        await connector.StopAsync(TestContext.Current.CancellationToken).InTimeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => adding.InTimeAsync());
        Assert.Equal(SocketError.ConnectionReset, (await added.Far.ReadToWhateverEndAsync()).Error);
    }

    [Fact]
    public async Task B05_Every_added_socket_belongs_to_the_connector_and_is_closed_with_it()
    {
        var connector = new Connector(Patient.Options);
        using SocketPair a = await SocketPair.CreateAsync();
        using SocketPair b = await SocketPair.CreateAsync();
        using SocketPair waiting = await SocketPair.CreateAsync();
        await connector.AddAsync(Side.A, a.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        await connector.AddAsync(Side.B, b.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        await connector.AddAsync(Side.B, waiting.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        Task[] closings = [.. Enumerable.Range(0, 2).Select(_ => connector.DisposeAsync().AsTask())];
        await connector.Completion.InTimeAsync();

        // The handles say so at once: Completion does not come before the last socket is closed.
        Assert.Equal((true, true, true), (a.Near.Socket.SafeHandle.IsClosed, b.Near.Socket.SafeHandle.IsClosed, waiting.Near.Socket.SafeHandle.IsClosed));
        await Task.WhenAll(closings).InTimeAsync();
    }

    [Fact]
    public async Task B13_A_socket_whose_peer_has_gone_already_is_never_joined()
    {
        await using var connector = new Connector(Patient.Options);
        using SocketPair gone = await SocketPair.CreateAsync();
        gone.Far.Reset();
        await connector.AddAsync(Side.A, gone.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 0);
        using SocketPair a = await SocketPair.CreateAsync();
        using SocketPair b = await SocketPair.CreateAsync();
        await connector.AddAsync(Side.A, a.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        await connector.AddAsync(Side.B, b.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        await a.Far.WriteAsync("alive");
        Assert.Equal("alive", await b.Far.ReadTextAsync(5));
    }
}
