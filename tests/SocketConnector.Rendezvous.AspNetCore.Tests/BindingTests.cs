using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.AspNetCore.Tests;

/// <summary>What a binding takes of the application, and gives back.</summary>
public sealed class BindingTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task B140_The_memory_pool_goes_with_the_listener_and_not_before()
    {
        await using Relays relays = await Relays.StartAsync();
        using var log = new LogCollector();
        var pools = new Pools();
        IConnectionListener listener = await Factory(log, pools).BindAsync(Session(relays.EndPoint), Cancelled).AsTask().InTimeAsync(what: "the binding");
        await listener.UnbindAsync(Cancelled).AsTask().InTimeAsync(what: "the unbinding");
        Assert.Equal((1, 0), (pools.Created, pools.Disposed));
        await listener.DisposeAsync().AsTask().InTimeAsync(what: "the disposal");
        Assert.Equal((1, 1), (pools.Created, pools.Disposed));
    }

    [Fact]
    public async Task B140_A_binding_that_fails_leaves_no_memory_pool()
    {
        using var log = new LogCollector();
        var pools = new Pools();
        RendezvousEndPoint nowhere = Session(new IPEndPoint(IPAddress.Loopback, TestServer.RefusingPort()));
        await Assert.ThrowsAnyAsync<Exception>(() => Factory(log, pools).BindAsync(nowhere, Cancelled).AsTask().InTimeAsync(what: "the failure to bind"));
        Assert.Equal((1, 1), (pools.Created, pools.Disposed));
    }

    [Fact]
    public async Task B140_A_memory_pool_that_cannot_be_made_leaves_nothing_at_the_relay()
    {
        await using Relays relays = await Relays.StartAsync();
        using var log = new LogCollector();
        await Assert.ThrowsAsync<NotSupportedException>(
            () => Factory(log, new Pools { Throws = true }).BindAsync(Session(relays.EndPoint), Cancelled).AsTask().InTimeAsync(what: "the failure to bind"));
        await relays.WaitingAsync(static waiting => waiting == 0);
    }

    private static RendezvousTransportFactory Factory(LogCollector log, Pools pools) => new(log, pools);

    private static RendezvousEndPoint Session(IPEndPoint relay) => new(new ConnectOptions(relay), SessionSecret.Generate());

    private sealed class Pools : IMemoryPoolFactory<byte>
    {
        private int _created;
        private int _disposed;

        public bool Throws { get; init; }

        public int Created => _created;

        public int Disposed => _disposed;

        public MemoryPool<byte> Create(MemoryPoolOptions? options = null)
        {
            _created++;
            return Throws ? throw new NotSupportedException() : new Pool(() => _disposed++);
        }
    }

    private sealed class Pool(Action disposed) : MemoryPool<byte>
    {
        public override int MaxBufferSize => Shared.MaxBufferSize;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => Shared.Rent(minBufferSize);

        protected override void Dispose(bool disposing) => disposed();
    }
}
