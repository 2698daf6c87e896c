using System.Net;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>What a verifier and a hook learn goes with the peer and the connection; a key decides who is matched with whom.</summary>
public sealed class KeysAndItemsTests
{
    private static readonly object _name = new();

    [Fact]
    public async Task Peers_are_matched_within_equal_keys_and_those_without_one_with_each_other()
    {
        await using Connector connector = await Connector.ServerToServerAsync(Listen(), Listen(), Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer redA = await SayAsync(connector.EndPointA!, "red"), blueA = await SayAsync(connector.EndPointA!, "blu"), noneA = await SayAsync(connector.EndPointA!, "...");
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 3);
        using TestPeer noneB = await SayAsync(connector.EndPointB!, "..."), blueB = await SayAsync(connector.EndPointB!, "blu"), redB = await SayAsync(connector.EndPointB!, "red");
        await CrossAsync(noneA, noneB);
        await CrossAsync(blueA, blueB);
        await CrossAsync(redA, redB);
        Assert.Equal(["blu", "red", null], connector.GetConnections().Select(connection => connection.PeerA.Key).OrderBy(key => key ?? "~", StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_peer_whose_key_nobody_shares_waits_while_others_pass()
    {
        await using Connector connector = await Connector.ServerToServerAsync(Listen(), Listen(), Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer alone = await SayAsync(connector.EndPointA!, "one");
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        using TestPeer a = await SayAsync(connector.EndPointA!, "two"), b = await SayAsync(connector.EndPointB!, "two");
        await CrossAsync(a, b);
        Assert.Equal("one", Assert.Single(connector.GetPending(Side.A)).Key);
    }

    [Fact]
    public async Task Items_of_a_verifier_are_the_peers_and_those_of_a_hook_the_connections()
    {
        ConnectorOptions options = Patient.Options with
        {
            BeforeJoining = (context, _) =>
            {
                context.Items[_name] = $"{context.PeerA.Items[_name]} with {context.PeerB.Items[_name]}";
                return ValueTask.CompletedTask;
            },
        };
        await using Connector connector = await Connector.ServerToServerAsync(Listen(), Listen(), options, TestContext.Current.CancellationToken);
        using TestPeer a = await SayAsync(connector.EndPointA!, "key"), b = await SayAsync(connector.EndPointB!, "key");
        await CrossAsync(a, b);
        Connection connection = Assert.Single(connector.GetConnections());
        Assert.Equal("key with key", connection.Items[_name]);
        Assert.NotEqual(connection.PeerA.Id, connection.PeerB.Id);
    }

    [Fact]
    public async Task A_verifier_that_is_late_changes_nothing()
    {
        var clock = new ManualClock();
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var late = new TaskCompletionSource<AuthResult>();
        Peer? seen = null;
        var options = new AddOptions
        {
            AuthVerifier = async (context, _) =>
            {
                seen = context.Peer;
                running.SetResult();
                return await late.Task;
            },
        };
        await using var connector = new Connector(Patient.Options with { TimeProvider = clock });
        using SocketPair pair = await SocketPair.CreateAsync();
        Task adding = connector.AddAsync(Side.A, pair.Near.Socket, options, TestContext.Current.CancellationToken).AsTask();
        await running.Task.InTimeAsync();
        clock.Advance(Patient.Options.AdmissionTimeout);
        await Assert.ThrowsAsync<TimeoutException>(() => adding.InTimeAsync());
        late.SetResult(AuthResult.Accept("key", [new(_name, "late")]));
        Assert.Equal((null, 0), (seen!.Key, seen.Items.Count));
    }

    private static ListenOptions Listen() => new(IPAddress.Loopback, 0)
    {
        AuthVerifier = async (context, cancellationToken) =>
        {
            System.IO.Pipelines.ReadResult read = await context.Transport.Input.ReadAtLeastAsync(3, cancellationToken);
            string name = Encoding.ASCII.GetString(read.Buffer.Slice(0, 3));
            context.Transport.Input.AdvanceTo(read.Buffer.GetPosition(3));
            return AuthResult.Accept(name == "..." ? null : name, [new(_name, name)]);
        },
    };

    private static async Task<TestPeer> SayAsync(EndPoint endPoint, string name)
    {
        TestPeer peer = await TestPeer.ConnectAsync(endPoint);
        await peer.WriteAsync(name);
        return peer;
    }

    private static async Task CrossAsync(TestPeer a, TestPeer b)
    {
        await a.WriteAsync("ping");
        Assert.Equal("ping", await b.ReadTextAsync(4));
        await b.WriteAsync("pong");
        Assert.Equal("pong", await a.ReadTextAsync(4));
    }
}
