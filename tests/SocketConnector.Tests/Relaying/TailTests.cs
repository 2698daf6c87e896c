using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>What was sent before a clean end arrives, however late it is read.</summary>
public sealed class TailTests
{
    private const int Size = 64 * 1024 * 1024;
    private static readonly byte[] _chunk = RandomBytes.Of(45, 1024 * 1024);

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B45_64_MiB_and_then_a_close_at_once_reach_a_slow_reader_whole(Mode mode, Side sending)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        TestPeer sender = pair[sending], reader = pair[sending == Side.A ? Side.B : Side.A];
        int reads = 0;

        Task send = SendAndCloseAsync(sender);
        (long count, string hash) = await reader.HashToEndAsync(pause: () => ++reads % 64 == 0 ? Task.Delay(2, TestContext.Current.CancellationToken) : Task.CompletedTask);
        await send.InTimeAsync();

        Assert.Equal(Size, count);
        Assert.Equal(Expected(), hash);
        reader.Dispose();
        CloseInfo end = await pair.Connection.Completion.InTimeAsync();
        Assert.Equal((CloseReason.Completed, sending), (end.Reason, end.Side));
    }

    [Fact]
    public async Task B45_What_the_system_still_holds_when_both_have_ended_arrives()
    {
        const int Unread = 1024 * 1024;
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        var pouring = Pouring.Start(pair.A, Unread);
        await pouring.Sha256.InTimeAsync();
        pair.B.EndHalf();

        // Nobody has read a byte at B, and the connector has closed both sockets already.
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
        Assert.Equal((Unread, await pouring.Sha256), await pair.B.HashToEndAsync());
    }

    private static async Task SendAndCloseAsync(TestPeer sender)
    {
        for (int sent = 0; sent < Size; sent += _chunk.Length)
        {
            await sender.WriteAsync(_chunk);
        }

        sender.Dispose();
    }

    private static string Expected()
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        for (int i = 0; i < Size / _chunk.Length; i++)
        {
            hash.AppendData(_chunk);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
