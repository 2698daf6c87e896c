using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Diagnostics;

/// <summary>Spans go to whoever listens in the process, so these run alone.</summary>
[Collection(Alone.Name)]
public sealed class TraceTests : IDisposable
{
    private const string Connection = "socketconnector.connection";

    private readonly Spans _spans = new();

    private static ConnectorOptions Options => new() { GracePeriod = Timeout.InfiniteTimeSpan, Name = "db" };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _spans.Dispose();

    [Fact]
    public async Task B136_A_connection_has_a_span_with_its_admission_step_by_step()
    {
        using var authority = new TestAuthority();
        using X509Certificate2 certificate = authority.Issue("localhost");
        await using var far = new EchoServer();
        var listen = new ListenOptions(IPAddress.Loopback, 0)
        {
            Tls = new TlsListenOptions(new SslServerAuthenticationOptions { ServerCertificate = certificate }),
            Allow = [IPNetwork.Parse("127.0.0.0/8")],
            MaxConnections = 5,
            AuthVerifier = static (_, _) => ValueTask.FromResult(AuthResult.Accept(key: "the-key", identity: "somebody")),
        };
        EndPoint local;
        await using (Connector connector = await Connector.ServerToSocketAsync(listen, new ConnectOptions(far.EndPoint), Options, Cancelled))
        {
            using TlsPeer client = await TlsPeer.ConnectAsync(connector.EndPointA!, authority);
            local = client.Peer.LocalEndPoint;
            await client.WriteAsync("the-bytes");
            Assert.Equal("the-bytes", await client.ReadTextAsync(9));
            Connection connection = Assert.Single(connector.GetConnections());
            await client.EndHalfAsync();
            await connection.Completion.InTimeAsync();
        }

        Activity span = _spans.Single(Connection);
        Assert.Equal(["access", "limits", "settings", "tls", "authentication", "connect", "loop", "settings"], _spans.StepsOf(span));
        Assert.Equal((ActivityKind.Server, ActivityStatusCode.Unset, default), (span.Kind, span.Status, span.ParentSpanId));
        Assert.Equal("db", span.GetTagItem("socketconnector.connector.name"));
        Assert.Equal("127.0.0.1", span.GetTagItem("network.peer.address"));
        Assert.Equal(((IPEndPoint)local).Port, span.GetTagItem("network.peer.port"));
        Assert.Equal("tcp", span.GetTagItem("network.transport"));
        Assert.Equal((9L, 9L), (span.GetTagItem("socketconnector.io.a_to_b"), span.GetTagItem("socketconnector.io.b_to_a")));
        Assert.NotNull(span.GetTagItem("socketconnector.connection.id"));
        Assert.Contains(span.Events, happened => happened.Name == "joined");
        Activity connect = _spans.Single("connect");
        Assert.Equal((ActivityKind.Client, ((IPEndPoint)far.EndPoint).Port), (connect.Kind, connect.GetTagItem("network.peer.port")));
        Assert.StartsWith("1.", (string?)_spans.Single("tls").GetTagItem("tls.protocol.version"), StringComparison.Ordinal);
        Assert.All(_spans.Ended, ended => Assert.InRange(ended.StartTimeUtc, span.StartTimeUtc, span.StartTimeUtc + span.Duration));
        Assert.DoesNotContain(
            _spans.Ended.SelectMany(ended => ended.TagObjects),
            tag => tag.Value?.ToString() is { } value && (value.Contains("the-", StringComparison.Ordinal) || value.Contains("somebody", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task B136_The_span_of_a_refused_peer_ends_with_the_step_that_refused_it()
    {
        var listen = new ListenOptions(IPAddress.Loopback, 0) { AuthVerifier = static (_, _) => ValueTask.FromResult(AuthResult.Reject("not you")) };
        await using (Connector connector = await Connector.ServerToServerAsync(listen, new ListenOptions(IPAddress.Loopback, 0), Options, Cancelled))
        {
            await TestPeer.ConnectToWhateverEndAsync(connector.EndPointA!);
        }

        Activity span = _spans.Single(Connection);
        Assert.Equal(["settings", "authentication AuthRejected"], _spans.StepsOf(span));
        Assert.Equal((ActivityStatusCode.Error, "not you", "AuthRejected"), (span.Status, span.StatusDescription, span.GetTagItem("error.type")));
    }

    [Fact]
    public async Task B136_A_dial_that_fails_is_a_step_that_failed()
    {
        var nobody = new ConnectOptions(TestServer.RefusingPort());
        await using (Connector connector = await Connector.ServerToSocketAsync(new ListenOptions(IPAddress.Loopback, 0), nobody, Options, Cancelled))
        {
            await TestPeer.ConnectToWhateverEndAsync(connector.EndPointA!);
        }

        Activity span = _spans.Single(Connection);
        Assert.Equal(["settings", "connect ConnectFailed"], _spans.StepsOf(span));
        Assert.Equal("ConnectFailed", span.GetTagItem("error.type"));

        // For no peer there is a span nevertheless.
        await Assert.ThrowsAnyAsync<System.Net.Sockets.SocketException>(async () =>
        {
            await using var dialer = new PeerDialer(Options);
            await dialer.ConnectAsync(Side.A, nobody, cancellationToken: Cancelled);
        });
        Assert.Equal(2, _spans.Ended.Count(ended => ended is { DisplayName: Connection, Status: ActivityStatusCode.Error }));
    }

    [Fact]
    public async Task B136_Of_two_peers_that_come_by_themselves_one_span_goes_on_and_the_other_is_linked()
    {
        await using (RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Options))
        {
            pair.A.Reset();
            await pair.Connection.Completion.InTimeAsync();
        }

        Activity connection = _spans.Single(Connection), peer = _spans.Single("socketconnector.peer");
        Assert.Equal(("A", "B"), (connection.GetTagItem("socketconnector.side"), peer.GetTagItem("socketconnector.side")));
        Assert.Equal(connection.Context, Assert.Single(peer.Links).Context);
        Assert.Equal(peer.Context, Assert.Single(connection.Links).Context);
        Assert.Equal(connection.GetTagItem("socketconnector.connection.id"), peer.GetTagItem("socketconnector.connection.id"));
        Assert.Equal(("PeerReset", ActivityStatusCode.Unset), (connection.GetTagItem("error.type"), peer.Status));

        // Whichever of the two came first has waited.
        Assert.Contains((ActivityEvent[])[.. connection.Events, .. peer.Events], happened => happened.Name == "pending");
    }

    [Theory]
    [InlineData(Mode.SocketToServer, "connect", "loop", "settings")]
    [InlineData(Mode.SocketToSocket, "connect", "connect", "loop", "settings", "loop", "settings")]
    public async Task B136_A_connection_of_what_is_dialled_has_one_span_too(Mode mode, params string[] dialled)
    {
        await using (RelayedPair pair = await RelayedPair.StartAsync(mode, Options))
        {
            pair.A.EndHalf();
            pair.B.EndHalf();
            await pair.Connection.Completion.InTimeAsync();
        }

        Activity connection = _spans.Single(Connection);
        Activity of = mode == Mode.SocketToServer ? _spans.Single("socketconnector.peer") : connection;
        Assert.Equal(dialled.Order(StringComparer.Ordinal), _spans.StepsOf(of).Order(StringComparer.Ordinal));
        Assert.Equal(mode == Mode.SocketToServer ? ActivityKind.Server : ActivityKind.Internal, connection.Kind);
        Assert.Equal(connection.StartTimeUtc, _spans.Ended.Where(ended => ended.TraceId == connection.TraceId).Min(ended => ended.StartTimeUtc));
    }

    [Fact]
    public async Task B136_Peers_that_were_handed_out_keep_their_span_until_they_are_joined_and_end()
    {
        await using var far = new EchoServer();
        await using (var connector = new Connector(Options))
        await using (PeerListener listener = await PeerListener.ListenAsync(Side.A, new ListenOptions(IPAddress.Loopback, 0), Options, Cancelled))
        await using (var dialer = new PeerDialer(Options))
        {
            using TestPeer client = await TestPeer.ConnectAsync(listener.EndPoint);
            Peer taken = (await listener.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
            Peer dialled = await dialer.ConnectAsync(Side.B, new ConnectOptions(far.EndPoint), taken, Cancelled);
            Connection connection = await connector.JoinAsync(taken, dialled, Cancelled);
            client.EndHalf();
            await connection.Completion.InTimeAsync();
        }

        await Eventually.TrueAsync(() => _spans.Ended.Any(span => span.DisplayName == Connection));
        Assert.Equal(["settings", "connect", "loop", "settings"], _spans.StepsOf(_spans.Single(Connection)));
    }

    [Fact]
    public async Task B136_No_span_is_current_in_the_code_of_a_user()
    {
        using Activity own = new Activity("own").Start();
        var seen = new List<string?>();
        await using var far = new EchoServer();
        await using var connector = new Connector(Options with
        {
            BeforeJoining = (_, _) =>
            {
                seen.Add(Activity.Current?.OperationName);
                return ValueTask.CompletedTask;
            },
        });
        using SocketPair a = await SocketPair.CreateAsync(), b = await SocketPair.CreateAsync();
        await connector.AddAsync(Side.A, a.Near.Socket, null, Cancelled);
        await connector.AddAsync(Side.B, b.Near.Socket, null, Cancelled);
        Assert.Same(own, Activity.Current);
        Assert.All(seen, name => Assert.NotEqual(Connection, name));
        Assert.Single(seen);
    }

    [Fact]
    public async Task B136_Where_nobody_listens_there_is_no_span()
    {
        _spans.Dispose();
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToSocket, Options);
        Assert.Null(pair.Connection.PeerA.Trace ?? pair.Connection.PeerB.Trace);
    }
}
