using System.Collections.Concurrent;
using SocketConnector.Diagnostics;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Transports;

namespace SocketConnector.Tests.Sockets;

/// <summary>Several loops may accept from one listening socket.</summary>
public sealed class AcceptingTests
{
    private const int Clients = 300;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_client_is_accepted_once_whoever_accepts(bool isOrdered)
    {
        using Listener listener = await ListenAsync(isOrdered);
        var accepted = new ConcurrentBag<PeerStream>();
        Task running = AcceptAllAsync(listener, accepted.Add);
        var clients = new ConcurrentBag<TestPeer>();
        try
        {
            await Parallel.ForAsync(0, Clients, TestContext.Current.CancellationToken, async (_, _) => clients.Add(await TestPeer.ConnectAsync(listener.EndPoint)));
            await Eventually.TrueAsync(() => accepted.Count == Clients, explain: () => $"{accepted.Count} of {Clients} accepted");

            Assert.Equal(
                clients.Select(client => client.LocalEndPoint.ToString()).Order(StringComparer.Ordinal),
                accepted.Select(peer => peer.Peer.RemoteEndPoint!.ToString()).Order(StringComparer.Ordinal));
            listener.Dispose();
            await running.InTimeAsync(what: "the end of accepting");
        }
        finally
        {
            Array.ForEach([.. clients], client => client.Dispose());
            Array.ForEach([.. accepted], peer => peer.Close());
        }
    }

    [Fact]
    public async Task Where_the_order_matters_clients_are_accepted_in_the_order_in_which_they_came()
    {
        using Listener listener = await ListenAsync(isOrdered: true);
        var clients = new List<TestPeer>();
        for (int i = 0; i < Clients; i++)
        {
            clients.Add(await TestPeer.ConnectAsync(listener.EndPoint));
        }

        var accepted = new ConcurrentQueue<PeerStream>();
        Task running = AcceptAllAsync(listener, accepted.Enqueue);
        await Eventually.TrueAsync(() => accepted.Count == Clients, explain: () => $"{accepted.Count} of {Clients} accepted");
        listener.Dispose();
        await running.InTimeAsync(what: "the end of accepting");

        Assert.Equal(clients.Select(client => client.LocalEndPoint.ToString()), accepted.Select(peer => peer.Peer.RemoteEndPoint!.ToString()));
        clients.ForEach(client => client.Dispose());
        Array.ForEach([.. accepted], peer => peer.Close());
    }

    private static Task AcceptAllAsync(Listener listener, Action<PeerStream> accepted) => Task.WhenAll(listener.AcceptLoops.Select(async loop =>
    {
        while (await loop.NextAsync(places: null) is { } peer)
        {
            accepted(peer);
        }
    }));

    private static Task<Listener> ListenAsync(bool isOrdered)
    {
        var options = new ConnectorOptions();
        ListenOptions listen = RelayedPair.Listen(new SideOptions());
        ListenContext context = new ListenContext(Side.A, listen, options, new Observer(options)).On(TestEngine.Plain == RelayEngine.Linux ? LoopGroup.Shared : null, isOrdered);
        return Listener.BindAsync(listen.EndPoint, context, TestContext.Current.CancellationToken);
    }
}
