using SocketConnector.TestKit;

namespace SocketConnector.Tests.Taps;

/// <summary>Taps that come to a running connection, and go.</summary>
public sealed class AttachingTests(ITestOutputHelper output)
{
    private const int Much = 64 * 1024 * 1024;

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task A_tap_sees_what_is_sent_between_its_attaching_and_its_detaching(Mode mode)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        await CrossAsync(pair, "before");
        SeeingTap tap = new(), other = new();
        IDisposable attached = pair.Connection.Attach(tap);
        await CrossAsync(pair, "between");
        await Eventually.TrueAsync(() => (tap.Text(Side.A), tap.Text(Side.B)) == ("between", "between"));
        using IDisposable stays = pair.Connection.Attach(other);
        attached.Dispose();
        attached.Dispose();
        await CrossAsync(pair, "after");
        pair.A.EndHalf();
        pair.B.EndHalf();

        Assert.Equal(0, (await other.Closed.InTimeAsync()).Missed);
        Assert.Equal(("after", "after"), (other.Text(Side.A), other.Text(Side.B)));
        Assert.Equal(("between", "between"), (tap.Text(Side.A), tap.Text(Side.B)));
        Assert.False(tap.Closed.IsCompleted);
    }

    [Fact]
    public async Task A_large_flow_arrives_whole_while_taps_come_and_go()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        var pouring = Pouring.Start(pair.A, Much);
        Task<(long, string)> arriving = pair.B.HashToEndAsync();
        int taps = 0;
        while (!arriving.IsCompleted)
        {
            var tap = new SeeingTap();
            using IDisposable attached = pair.Connection.Attach(tap);
            await Eventually.TrueAsync(() => tap.Calls.Count > 0 || arriving.IsCompleted);
            taps++;
        }

        Assert.Equal((Much, await pouring.Sha256.InTimeAsync()), await arriving);
        Assert.True(taps > 1, $"{taps} taps");
        pair.B.EndHalf();
        Assert.Equal(CloseReason.Completed, (await pair.Connection.Completion.InTimeAsync()).Reason);
    }

    [Fact]
    public async Task What_was_held_when_a_tap_came_is_sent_first_and_the_tap_sees_the_rest()
    {
        const int Offered = 32 * 1024 * 1024;
        const int First = 4 * 1024 * 1024;
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options, configure: socket => socket.ReceiveBufferSize = 64 * 1024);
        var pouring = Pouring.Start(pair.A, Offered);
        await pouring.StuckAsync();

        // The flow has filled everything on its way, so from here on it is large.
        await pair.B.ReadAsync(First);
        await pouring.StuckAsync();
        (long received, long delivered) = (pair.Connection.PeerA.BytesReceived, pair.Connection.BytesAToB);
        Assert.True(received > delivered, $"{received - delivered} bytes are held");
        var tap = new SeeingTap();
        using IDisposable attached = pair.Connection.Attach(tap);
        Assert.Equal(Offered - First, (await pair.B.HashToEndAsync()).Count);
        pair.B.EndHalf();

        (CloseInfo info, long missed) = await tap.Closed.InTimeAsync();
        Assert.Equal(CloseReason.Completed, info.Reason);

        // What a pipe held is missed; what was held in memory was read before the tap came.
        long passed = tap.Bytes(Side.A).Length + missed;
        Assert.True(passed == Offered - received || (passed == Offered - delivered && TestEngine.Plain == RelayEngine.Linux), $"{passed} of {Offered}, {received} read and {delivered} delivered before");
        output.WriteLine($"{received - delivered} bytes held, {missed} missed");
        Assert.Equal(["end A", "end B", "closed"], tap.Calls.TakeLast(3));
    }

    [Fact]
    public async Task A_tap_that_comes_after_the_end_hears_of_it_at_once()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        pair.A.EndHalf();
        pair.B.EndHalf();
        CloseInfo info = await pair.Connection.Completion.InTimeAsync();
        var tap = new SeeingTap();
        using IDisposable attached = pair.Connection.Attach(tap);
        Assert.Equal((info, 0), await tap.Closed.InTimeAsync());
    }

    [Fact]
    public async Task A_tap_that_comes_at_the_moment_of_the_end_hears_of_it_once()
    {
        for (int round = 0; round < 30; round++)
        {
            await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
            var taps = new SeeingTap[3];
            var ending = Task.Run(pair.Connection.Abort, TestContext.Current.CancellationToken);
            for (int i = 0; i < taps.Length; i++)
            {
                pair.Connection.Attach(taps[i] = new SeeingTap());
            }

            await ending;
            (CloseInfo Info, long)[] closed = await Task.WhenAll(taps.Select(tap => tap.Closed)).InTimeAsync();
            Assert.All(closed, one => Assert.Equal(CloseReason.Aborted, one.Info.Reason));
        }
    }

    [Fact]
    public async Task A_tap_is_attached_once_in_its_life()
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(Mode.ServerToServer, Patient.Options);
        var tap = new SeeingTap();
        pair.Connection.Attach(tap).Dispose();
        Assert.Throws<InvalidOperationException>(() => pair.Connection.Attach(tap));
    }

    private static async Task CrossAsync(RelayedPair pair, string text)
    {
        await pair.A.WriteAsync(text);
        Assert.Equal(text, await pair.B.ReadTextAsync(text.Length));
        await pair.B.WriteAsync(text);
        Assert.Equal(text, await pair.A.ReadTextAsync(text.Length));
    }
}
