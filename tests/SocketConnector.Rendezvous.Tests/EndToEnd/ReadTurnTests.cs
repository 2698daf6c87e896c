using SocketConnector.Rendezvous.EndToEnd;

namespace SocketConnector.Rendezvous.Tests.EndToEnd;

/// <summary>When a close-notify may be sent.</summary>
public sealed class ReadTurnTests
{
    [Fact]
    public async Task Only_while_a_read_waits_or_none_is_under_way()
    {
        var turn = new ReadTurn();
        var late = new LateStream(turn);
        (MemoryWire near, MemoryWire far) = MemoryWire.CreatePair();
        await late.AttachAsync(near, CancellationToken.None);
        Assert.True(MayRun(turn));
        turn.Take();
        Assert.False(MayRun(turn));
        Task<int> reading = late.ReadAsync(new byte[1], CancellationToken.None).AsTask();
        Assert.True(MayRun(turn));
        await far.WriteAsync(new byte[] { 7 }, CancellationToken.None);
        Assert.Equal(1, await reading);
        Assert.False(MayRun(turn));
        turn.Release();
        Assert.True(MayRun(turn));
    }

    private static bool MayRun(ReadTurn turn)
    {
        bool hasRun = false;
        Assert.Equal(turn.TryRun(() => hasRun = true), hasRun);
        return hasRun;
    }
}
