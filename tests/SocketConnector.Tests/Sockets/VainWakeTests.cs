using System.Runtime.InteropServices;
using SocketConnector.Admission;
using SocketConnector.Loops;
using SocketConnector.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Sockets;

/// <summary>
/// A wait for bytes can finish for bytes that were taken already: the kernel's event is queued, and nobody looks again before it
/// is told. Here the bytes are taken behind its back, which makes a rare moment a frequent one.
/// </summary>
public sealed class VainWakeTests
{
    private const int Rounds = 300;

    /// <summary>Whether it is a bare descriptor, which the loops wait for, or the runtime's own socket.</summary>
    public static TheoryData<bool> Kinds => TestEngine.Plain == RelayEngine.Linux ? [false, true] : [false];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task B17_A_peer_that_waits_is_not_taken_for_one_that_left(bool isDescriptor)
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        PeerStream peer = NearOf(pair, isDescriptor);
        int descriptor = isDescriptor ? peer.Stream.Descriptor : (int)pair.Near.Socket.Handle;
        for (int round = 0; round < Rounds; round++)
        {
            using var enough = new CancellationTokenSource();
            Task<bool> leaving = peer.WaitUntilLeftAsync(new ManualClock(), enough.Token);
            SendAndSteal(pair, descriptor);
            await enough.CancelAsync();
            Assert.False(await leaving.InTimeAsync(), $"round {round}: a live peer was said to have left");
        }

        peer.Close();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task B17_To_look_whether_a_peer_has_left_never_waits(bool isDescriptor)
    {
        // It is looked at while the queue is locked, maybe before anybody watches it.
        using SocketPair pair = await SocketPair.CreateAsync();
        await LookAsync(pair, NearOf(pair, isDescriptor));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task B17_To_look_whether_an_authenticated_peer_has_left_never_waits(bool isDescriptor)
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        PeerStream peer = NearOf(pair, isDescriptor);
        await new AuthenticationPipe(peer, 4096).DisposeAsync();
        await LookAsync(pair, peer);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task B20_A_verifier_that_has_finished_is_not_kept_waiting_for_a_byte_that_never_comes(bool isDescriptor)
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        PeerStream peer = NearOf(pair, isDescriptor);
        int descriptor = isDescriptor ? peer.Stream.Descriptor : (int)pair.Near.Socket.Handle;
        for (int round = 0; round < Rounds; round++)
        {
            var pipe = new AuthenticationPipe(peer, 4096);
            SendAndSteal(pair, descriptor);
            await pipe.DisposeAsync().AsTask().InTimeAsync(TimeSpan.FromSeconds(5), $"letting go of the pipe in round {round}");
        }

        peer.Close();
    }

    private static PeerStream NearOf(SocketPair pair, bool isDescriptor)
    {
        ByteStream socket = isDescriptor ? ByteStreams.Of(pair.Near.Socket, LoopGroup.Shared) : new RuntimeSocket(pair.Near.Socket);
        Assert.Equal(isDescriptor, socket is DescriptorSocket);
        socket.Configure(keepAlive: null, userTimeout: null);
        return new PeerStream(Side.A, socket, null, DateTimeOffset.UnixEpoch);
    }

    private static async Task LookAsync(SocketPair pair, PeerStream peer)
    {
        Assert.False(await Task.Run(peer.HasLeft, TestContext.Current.CancellationToken).InTimeAsync(TimeSpan.FromSeconds(5)));
        pair.Far.Dispose();
        await Eventually.TrueAsync(peer.HasLeft);
        peer.Close();
    }

    /// <summary>Takes the byte at once, before anybody who is woken for it can look.</summary>
    private static void SendAndSteal(SocketPair pair, int descriptor)
    {
        const int DoNotWait = 0x40;
        byte[] one = new byte[1];
        pair.Far.Socket.Send(one);
        _ = recv(descriptor, one, one.Length, DoNotWait);
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint recv(int socket, byte[] buffer, nint length, int flags);
}
