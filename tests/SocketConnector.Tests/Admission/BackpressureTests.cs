using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Admission;

public sealed class BackpressureTests
{
    private const int Much = 32 * 1024 * 1024;

    // What the sockets of both peers and of the connector hold at most, with buffers that the system lets grow to 6 MiB each.
    private const int KernelBuffers = 24 * 1024 * 1024;

    [Fact]
    public async Task B25_A_sender_stops_while_the_verifier_does_not_read()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Gate gate = await Gate.OpenAsync(async (context, cancellationToken) =>
        {
            await goOn.Task;
            return await Verifiers.Word("go")(context, cancellationToken);
        });
        TestPeer a = await gate.ConnectAAsync("go");
        byte[] payload = RandomBytes.Of(25, Much);
        Task sending = SendAsync(a, payload);
        await StandstillAsync(a, sending);
        goOn.SetResult();
        await gate.PendingAAsync(1);
        await StandstillAsync(a, sending);
        await ArrivesAsync(await gate.ConnectBAsync(), payload, sending);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B25_A_sender_stops_while_the_reader_behind_the_verifier_does_not_read(bool isTransformed)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(
            Mode.ServerToServer,
            Patient.Options,
            a: new SideOptions { AuthVerifier = Verifiers.Word("go"), Transformer = isTransformed ? Transformers.FromStream(inner => inner) : null },
            greet: (side, peer) => side == Side.A ? peer.WriteAsync("go") : Task.CompletedTask);
        byte[] payload = RandomBytes.Of(26, Much);
        Task sending = SendAsync(pair.A, payload);
        await StandstillAsync(pair.A, sending);
        await ArrivesAsync(pair.B, payload, sending);
    }

    private static async Task SendAsync(TestPeer peer, byte[] payload)
    {
        await peer.WriteAsync(payload);
        peer.EndHalf();
    }

    /// <summary>The sender's own queue is full and nothing of it moves any more.</summary>
    private static async Task StandstillAsync(TestPeer sender, Task sending)
    {
        long last = -1;
        int unchanged = 0;
        await Eventually.TrueAsync(() =>
        {
            long acknowledged = Acknowledged(sender.Socket);
            unchanged = acknowledged == last ? unchanged + 1 : 0;
            last = acknowledged;
            return unchanged > 60;
        });
        Assert.False(sending.IsCompleted, "nobody reads, and everything was sent");
        Assert.InRange(last, 1, KernelBuffers);
    }

    private static long Acknowledged(Socket socket)
    {
        // tcpi_bytes_acked of struct tcp_info, linux/tcp.h.
        Span<byte> info = stackalloc byte[256];
        socket.GetRawSocketOption(6, 11, info);
        return BitConverter.ToInt64(info[120..]);
    }

    private static async Task ArrivesAsync(TestPeer reader, byte[] payload, Task sending)
    {
        (long count, string hash) = await reader.HashToEndAsync(within: TimeSpan.FromSeconds(60));
        await sending.InTimeAsync();
        Assert.Equal((payload.Length, RandomBytes.Sha256(payload)), (count, hash));
    }
}
