using System.Net;
using System.Reflection;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.TestKit;
using SocketConnector.Tests.Transports;

namespace SocketConnector.Tests.Loops;

/// <summary>What is put aside for a client's partner is counted for the whole process, so this runs alone.</summary>
[Collection(Alone.Name)]
public sealed class DescriptorShareTests
{
    private static readonly DescriptorLedger _ledger = (DescriptorLedger)typeof(DescriptorReserve).GetField("_ledger", BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B77_The_descriptor_put_aside_for_a_partner_is_free_again_once_the_two_are_joined(Mode mode)
    {
        await Eventually.TrueAsync(() => Promised() == 0, explain: () => $"{Promised()} are put aside before anything began");
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        await pair.A.WriteAsync("joined");
        await pair.B.ReadTextAsync(6);
        await Eventually.TrueAsync(() => Promised() == 0, explain: () => $"{Promised()} are still put aside");
    }

    [Fact]
    public async Task B77_It_is_free_again_while_a_peer_waits_and_once_it_has_left()
    {
        await Eventually.TrueAsync(() => Promised() == 0);
        await using Connector connector = await Connector.ServerToServerAsync(
            RelayedPair.Listen(new SideOptions()), RelayedPair.Listen(new SideOptions()), Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer waiting = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        await Eventually.TrueAsync(() => Promised() == 0, explain: () => $"{Promised()} are put aside for one that waits");
        waiting.Reset();
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 0);
        Assert.Equal(0, Promised());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B77_Whatever_becomes_of_a_dial_nothing_stays_counted(bool isRefused)
    {
        await Eventually.TrueAsync(() => Promised() == 0);
        using var server = new TestServer();
        int refusing = TestServer.RefusingPort();
        EndPoint[] targets = [new IPEndPoint(IPAddress.Loopback, refusing), isRefused ? new IPEndPoint(IPAddress.Parse("127.0.0.2"), refusing) : server.EndPoint];
        await using Connector connector = await Connector.ServerToSocketAsync(
            RelayedPair.Listen(new SideOptions()), new ConnectOptions(targets), Patient.Options, TestContext.Current.CancellationToken);
        long before = _ledger.Open;
        for (int i = 0; i < 20; i++)
        {
            using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
            if (isRefused)
            {
                Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);
            }
            else
            {
                using TestPeer far = await server.AcceptAsync();
                await far.WriteAsync("x");
                Assert.Equal("x", await client.ReadTextAsync(1));
            }
        }

        await Eventually.TrueAsync(() => (_ledger.Open, Promised()) == (before, 0), explain: () => $"{_ledger.Open} are open, not {before}, and {Promised()} put aside");
    }

    [Fact]
    public async Task B77_A_stream_without_a_descriptor_of_its_own_counts_none()
    {
        // Again if something of an earlier test is closed in that moment.
        await Eventually.TrueAsync(() => Difference() == (0, 0));

        static (long Open, long Spoken) Difference()
        {
            (MemoryEnd near, _) = MemoryEnd.Pair();
            (long open, long spoken) = (_ledger.Open, _ledger.Spoken);
            var peer = new PeerStream(Side.A, new WrappedStream(near.AsDuplex("far")), null, default);
            (long Open, long Spoken) difference = (_ledger.Open - open, _ledger.Spoken - spoken);
            peer.Abort();
            return difference;
        }
    }

    /// <summary>What is spoken for, and not open.</summary>
    private static long Promised() => _ledger.Spoken - _ledger.Open;
}
