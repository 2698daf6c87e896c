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

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B42_What_is_still_queued_when_the_end_comes_arrives_and_so_does_a_reply_two_seconds_later(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        byte[] request = RandomBytes.Of(42, 3_000_000);
        Task asking = AskAsync(pair.A, request);

        // Nobody reads yet, so most of the request waits on the way.
        await Eventually.TrueAsync(() => pair.Connection.BytesAToB > 100_000);
        Assert.Equal(RandomBytes.Sha256(request), (await pair.B.HashToEndAsync()).Sha256);
        await asking.InTimeAsync();
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        await pair.B.WriteAsync("the late reply");
        pair.B.Dispose();

        Assert.Equal("the late reply", await pair.A.ReadTextToEndAsync());
    }

    private static async Task AskAsync(TestPeer client, byte[] request)
    {
        await client.WriteAsync(request);
        client.EndHalf();
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
