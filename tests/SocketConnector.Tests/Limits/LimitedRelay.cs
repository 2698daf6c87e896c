using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Limits;

/// <summary>A relay with limits on side A, a target for it, and clients that come from any address.</summary>
internal sealed class LimitedRelay : IDisposable
{
    private readonly List<TestPeer> _clients = [];
    private readonly Channel<ConnectionEvent> _events = Channel.CreateUnbounded<ConnectionEvent>();

    public static ListenOptions Listen => new(IPAddress.Loopback, 0);

    public TestServer Target { get; } = new();

    public ManualClock Clock { get; } = new();

    public ConnectorOptions Options => Patient.Options with { Events = _events.Writer, TimeProvider = Clock };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        Target.Dispose();
    }

    /// <summary>Disposes it with this.</summary>
    public void Own(TestPeer peer) => _clients.Add(peer);

    public Task<ConnectionEvent> NextEventAsync() => _events.Reader.ReadAsync(Cancelled).AsTask().InTimeAsync(what: "an event");

    public static (int All, int PerAddress) PendingCounts(Connector connector) =>
        Inside.LimitsOf(connector, Side.A).Pending is { } pending ? (pending.All!.Count, pending.PerAddress!.Count) : default;

    public static Task PendingAsync(Connector connector, Side side, int count) => Eventually.TrueAsync(() => connector.GetPending(side).Count == count, explain: () => connector.GetStats().ToJson());

    public static async Task TalkAsync(TestPeer one, TestPeer other)
    {
        await one.WriteAsync("there");
        Assert.Equal("there", await other.ReadTextAsync(5));
        await other.WriteAsync("back");
        Assert.Equal("back", await one.ReadTextAsync(4));
    }

    public Task<Connector> ServeAsync(ListenOptions listen) => Connector.ServerToSocketAsync(listen, new ConnectOptions(Target.EndPoint), Options, Cancelled);

    public Task<Connector> RendezvousAsync(ListenOptions a, ListenOptions b) => Connector.ServerToServerAsync(a, b, Options, Cancelled);

    public Task<TestPeer> ConnectAsync(Connector connector, string from) => ConnectAsync(new IPEndPoint(IPAddress.Loopback, connector.PortA!.Value), from);

    public async Task<TestPeer> ConnectAsync(EndPoint endPoint, string from)
    {
        TestPeer client = await TestPeer.ConnectAsync(endPoint, socket => socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0)));
        _clients.Add(client);
        return client;
    }

    /// <summary>One that is let in, and reaches the target.</summary>
    public async Task<(TestPeer Client, TestPeer Target)> PassAsync(Connector connector, string from, string says = "")
    {
        TestPeer client = await ConnectAsync(connector, from);
        await client.WriteAsync(says);
        TestPeer target = await Target.AcceptAsync();
        _clients.Add(target);
        await TalkAsync(client, target);
        return (client, target);
    }

    public async Task RefuseAsync(Connector connector, string from, string why, CloseReason reason = CloseReason.LimitReached, string says = "")
    {
        try
        {
            TestPeer client = await ConnectAsync(connector, from);
            (byte[] bytes, SocketError? error) = await client.ReadToWhateverEndAsync(says);
            Assert.Equal(([], true), (bytes, error is SocketError.ConnectionReset or SocketError.Shutdown));
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.ConnectionReset)
        {
            // So early that connecting itself failed.
        }

        ConnectionEvent refused = await RefusedAsync();
        Assert.Equal((reason, Side.A, why), (refused.Closed!.Reason, refused.Closed.Side, refused.Detail));
        Assert.Contains(connector.GetStats().Closed, count => (count.Reason, count.Side) == (reason, Side.A));
        Assert.False(Target.HasWaiting, "it was dialled for");
    }

    /// <summary>Returns once its place is free.</summary>
    public static async Task LeaveAsync(Connector connector, TestPeer client)
    {
        int before = connector.GetConnections().Count;
        client.Reset();
        await Eventually.TrueAsync(() => connector.GetConnections().Count < before);
    }

    public async Task<ConnectionEvent> RefusedAsync()
    {
        while (true)
        {
            ConnectionEvent happened = await NextEventAsync();
            if (happened.Kind == ConnectionEventKind.Refused && happened.Closed!.Reason is CloseReason.LimitReached or CloseReason.RateLimited)
            {
                return happened;
            }
        }
    }
}
