using System.Runtime.InteropServices;
using SocketConnector.Admission;
using SocketConnector.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Sockets;

/// <summary>
/// A wait for bytes can finish for bytes that were taken already: the runtime queues the kernel's event, and looks again for
/// nobody. Here the bytes are taken behind its back, which makes a rare moment a frequent one.
/// </summary>
public sealed class VainWakeTests
{
    private const int Rounds = 300;

    [Fact]
    public async Task B17_A_peer_that_waits_is_not_taken_for_one_that_left()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        SocketSettings.Apply(pair.Near.Socket, null);
        var peer = new PeerSocket(Side.A, new RuntimeSocket(pair.Near.Socket), null, DateTimeOffset.UnixEpoch);
        for (int round = 0; round < Rounds; round++)
        {
            using var enough = new CancellationTokenSource();
            Task leaving = peer.WaitUntilLeftAsync(new ManualClock(), enough.Token);
            SendAndSteal(pair);
            await enough.CancelAsync();
            await Eventually.TrueAsync(() => leaving.IsCompleted);
            Assert.True(leaving.IsCanceled, $"round {round}: a live peer was said to have left");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B17_To_look_whether_a_peer_has_left_never_waits(bool wasAuthenticated)
    {
        // It is looked at while the queue is locked, maybe before anybody watches it.
        using SocketPair pair = await SocketPair.CreateAsync();
        SocketSettings.Apply(pair.Near.Socket, null);
        var peer = new PeerSocket(Side.A, new RuntimeSocket(pair.Near.Socket), null, DateTimeOffset.UnixEpoch);
        if (wasAuthenticated)
        {
            await new AuthenticationPipe(peer, 4096).DisposeAsync();
        }

        Assert.False(await Task.Run(peer.HasLeft, TestContext.Current.CancellationToken).InTimeAsync(TimeSpan.FromSeconds(5)));
        pair.Far.Dispose();
        await Eventually.TrueAsync(peer.HasLeft);
    }

    [Fact]
    public async Task B20_A_verifier_that_has_finished_is_not_kept_waiting_for_a_byte_that_never_comes()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        SocketSettings.Apply(pair.Near.Socket, null);
        var peer = new PeerSocket(Side.A, new RuntimeSocket(pair.Near.Socket), null, DateTimeOffset.UnixEpoch);
        for (int round = 0; round < Rounds; round++)
        {
            var pipe = new AuthenticationPipe(peer, 4096);
            SendAndSteal(pair);
            await pipe.DisposeAsync().AsTask().InTimeAsync(TimeSpan.FromSeconds(5), $"letting go of the pipe in round {round}");
        }
    }

    /// <summary>Takes the byte at once, before anybody who is woken for it can look.</summary>
    private static void SendAndSteal(SocketPair pair)
    {
        const int DoNotWait = 0x40;
        byte[] one = new byte[1];
        pair.Far.Socket.Send(one);
        _ = recv((int)pair.Near.Socket.Handle, one, one.Length, DoNotWait);
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint recv(int socket, byte[] buffer, nint length, int flags);
}
