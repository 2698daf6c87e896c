using System.Reflection;
using SocketConnector.Loops;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Loops;

/// <summary>What is put aside for a client's partner is counted for the whole process, so this runs alone.</summary>
[Collection(Alone.Name)]
public sealed class DescriptorShareTests
{
    private static readonly FieldInfo _promised = typeof(DescriptorReserve).GetField("_promised", BindingFlags.NonPublic | BindingFlags.Static)!;

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

    private static long Promised() => (long)_promised.GetValue(null)!;
}
