using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Ends;

/// <summary>A relay that has several addresses, of which not all can be connected to.</summary>
public sealed class RelayAddressesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_address_of_the_relay_that_has_failed_is_left_out_by_the_connects_that_follow()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        await using TransportListener listening = await rendezvous.Via().ListenAsync(Cancelled);
        var dead = new DeadAddress();
        var where = new RendezvousEndPoint(new ConnectOptions([dead, rendezvous.EndPoint]), rendezvous.Secret);
        for (int i = 0; i < 5; i++)
        {
            await using Stream connected = (await where.ConnectAsync(Cancelled).AsTask().InTimeAsync()).Stream;
            await using Stream accepted = (await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync())!.Stream;
        }

        Assert.Equal(1, dead.Connects);
    }

    private sealed class DeadAddress : TransportEndPoint
    {
        private int _connects;

        public int Connects => _connects;

        public override AddressFamily AddressFamily => AddressFamily.Unspecified;

        public override ValueTask<DuplexStream> ConnectAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _connects);
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        public override string ToString() => "dead";
    }
}
