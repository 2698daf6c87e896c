using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>Counts the process's sockets and its unobserved exceptions, so it runs alone.</summary>
[Collection(Alone.Name)]
public sealed class ResetWhileSendingTests
{
    private const int Times = 10;

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B46_One_sends_without_pause_while_the_other_resets(Mode mode, Side resetting)
    {
        using var unobserved = new UnobservedExceptions();
        int sockets = Descriptors.Sockets();
        for (int i = 0; i < Times; i++)
        {
            await SendAndResetAsync(mode, resetting);
        }

        await Eventually.TrueAsync(() => Descriptors.Sockets() <= sockets, explain: () => $"{Descriptors.Sockets()} sockets instead of {sockets}");
        unobserved.ThrowIfAny();
    }

    private static async Task SendAndResetAsync(Mode mode, Side resetting)
    {
        using var log = new LogCollector(LogLevel.Information);
        var options = new ConnectorOptions { GracePeriod = Timeout.InfiniteTimeSpan, LoggerFactory = log };
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, options);
        TestPeer sender = pair[resetting == Side.A ? Side.B : Side.A];

        var pouring = Pouring.Start(sender, long.MaxValue);
        await pair[resetting].ReadAsync(100_000);
        pair[resetting].Reset();

        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.PeerReset, resetting), (end.Reason, end.Side));
        await Assert.ThrowsAnyAsync<SocketException>(() => pouring.Sha256.InTimeAsync());
        Assert.Equal([new CloseCount(CloseReason.PeerReset, resetting, 1)], pair.Connector.GetStats().Closed);
        string closed = $"#{pair.Connection.Id} closed";
        await log.FirstAsync(closed);
        Assert.Single(log.Entries, entry => entry.Message.StartsWith(closed, StringComparison.Ordinal));
        Assert.Empty(pair.Connector.GetConnections());
    }
}
