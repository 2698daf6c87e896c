using System.Net;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Transports;

/// <summary>A place within the process where a side listens or connects to, written as anybody could with the public types alone.</summary>
internal sealed class MemoryEndPoint(string name) : TransportEndPoint
{
    private readonly Channel<Func<DuplexStream?>> _toAccept = Channel.CreateUnbounded<Func<DuplexStream?>>();
    private readonly Channel<MemoryEnd> _dialled = Channel.CreateUnbounded<MemoryEnd>();
    private int _clients;

    public bool IsListening { get; private set; }

    /// <summary>Thrown where it is connected to.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>The stream of the program that connects to where the side listens.</summary>
    public MemoryEnd Dial()
    {
        (MemoryEnd near, MemoryEnd far) = MemoryEnd.Pair();
        BringNext(() => near.AsDuplex($"client {Interlocked.Increment(ref _clients)} of {name}"));
        return far;
    }

    /// <summary>What the next accept does: bring a stream, or none any more, or throw.</summary>
    public void BringNext(Func<DuplexStream?> next) => _toAccept.Writer.TryWrite(next);

    /// <summary>The stream of the program that the side has connected to.</summary>
    public Task<MemoryEnd> AcceptAsync() => _dialled.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync(what: $"a connection to {name}");

    public override ValueTask<TransportListener> ListenAsync(CancellationToken cancellationToken)
    {
        IsListening = true;
        return new(new MemoryListener(this));
    }

    public override ValueTask<DuplexStream> ConnectAsync(CancellationToken cancellationToken)
    {
        if (Refusal is not null)
        {
            throw Refusal;
        }

        (MemoryEnd near, MemoryEnd far) = MemoryEnd.Pair();
        _dialled.Writer.TryWrite(far);
        return new(near.AsDuplex(name));
    }

    public override string ToString() => $"memory:{name}";

    private sealed class MemoryListener(MemoryEndPoint endPoint) : TransportListener
    {
        public override EndPoint EndPoint => endPoint;

        public override async ValueTask<DuplexStream?> AcceptAsync(CancellationToken cancellationToken) =>
            (await endPoint._toAccept.Reader.ReadAsync(cancellationToken))();

        public override ValueTask DisposeAsync()
        {
            endPoint.IsListening = false;
            return default;
        }
    }
}

/// <summary>A connector whose two sides are of the memory transport, in one of the four modes, with the far program of each.</summary>
internal sealed class MemoryRelay(Connector connector, MemoryEnd a, MemoryEnd b) : IAsyncDisposable
{
    public Connector Connector => connector;

    public MemoryEnd this[Side side] => side == Side.A ? a : b;

    public Connection Connection => Assert.Single(connector.GetConnections());

    public static async Task<MemoryRelay> StartAsync(Mode mode, ConnectorOptions? options = null, SideOptions? a = null, SideOptions? b = null, string saysA = "")
    {
        MemoryEndPoint placeA = new("a"), placeB = new("b");
        options ??= Patient.Options;
        (bool listensA, bool listensB) = (mode is Mode.ServerToServer or Mode.ServerToSocket, mode is Mode.ServerToServer or Mode.SocketToServer);
        Connector connector = await (mode switch
        {
            Mode.ServerToServer => Connector.ServerToServerAsync(Listen(placeA, a), Listen(placeB, b), options),
            Mode.ServerToSocket => Connector.ServerToSocketAsync(Listen(placeA, a), Connect(placeB, b), options),
            Mode.SocketToServer => Connector.SocketToServerAsync(Connect(placeA, a), Listen(placeB, b), options),
            _ => Connector.SocketToSocketAsync(Connect(placeA, a), Connect(placeB, b), options),
        }).InTimeAsync();

        // A side that connects out may be dialled only for what the other has admitted.
        MemoryEnd farA = listensA ? placeA.Dial() : await placeA.AcceptAsync();
        await farA.SayAsync(saysA);
        return new MemoryRelay(connector, farA, listensB ? placeB.Dial() : await placeB.AcceptAsync());
    }

    public Task JoinedAsync() => Eventually.TrueAsync(() => connector.GetConnections().Count == 1, explain: () => connector.GetStats().ToJson());

    public async ValueTask DisposeAsync()
    {
        await connector.DisposeAsync().AsTask().InTimeAsync(what: "the connector's disposal");
        await a.DisposeAsync();
        await b.DisposeAsync();
    }

    private static ListenOptions Listen(EndPoint endPoint, SideOptions? side) => new(endPoint) { AuthVerifier = side?.AuthVerifier, Transformer = side?.Transformer };

    private static ConnectOptions Connect(EndPoint endPoint, SideOptions? side) => new(endPoint) { AuthVerifier = side?.AuthVerifier, Transformer = side?.Transformer };
}
