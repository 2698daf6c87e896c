using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Admission;

public sealed class AdmissionTimeoutTests
{
    private static readonly TimeSpan _tick = TimeSpan.FromTicks(1);

    [Theory]
    [InlineData("waits")]
    [InlineData("ignores its token")]
    [InlineData("blocks")]
    public async Task B21_A_verifier_that_takes_too_long_is_given_up_at_the_deadline_to_the_tick(string how)
    {
        using var letGo = new ManualResetEventSlim();
        var running = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Gate gate = await Gate.OpenAsync(async (context, cancellationToken) =>
        {
            if (await Verifiers.ReadAsync(context.Transport.Input, 2, cancellationToken) == "go")
            {
                return AuthResult.Accept();
            }

            running.SetResult(cancellationToken);
            if (how == "blocks")
            {
                letGo.Wait(Eventually.Deadline, CancellationToken.None);
            }

            await Task.Delay(Timeout.Infinite, how == "waits" ? cancellationToken : CancellationToken.None);
            return AuthResult.Accept();
        });
        TestPeer slow = await gate.ConnectAAsync("zz");
        CancellationToken token = await running.Task.InTimeAsync();
        await gate.GoodOnesMeetAsync();
        gate.Clock.Advance(new ConnectorOptions().AdmissionTimeout - _tick);
        Assert.False(token.IsCancellationRequested);
        gate.Clock.Advance(_tick);
        Assert.True(token.IsCancellationRequested);
        Assert.Equal(SocketError.ConnectionReset, (await slow.ReadToWhateverEndAsync()).Error);
        await gate.ClosedAsync(CloseReason.AuthTimeout);
        await gate.GoodOnesMeetAsync();
        letGo.Set();
    }

    [Fact]
    public async Task B21_A_verifier_that_blocks_before_its_first_wait_delays_nobody()
    {
        using var letGo = new ManualResetEventSlim();
        int calls = 0;
        await using Gate gate = await Gate.OpenAsync((context, cancellationToken) =>
        {
            if (Interlocked.Increment(ref calls) <= 3)
            {
                letGo.Wait(Eventually.Deadline, CancellationToken.None);
            }

            return Verifiers.Word("go")(context, cancellationToken);
        });
        for (int i = 0; i < 3; i++)
        {
            await gate.ConnectAAsync("go");
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref calls) == 3);
        await gate.GoodOnesMeetAsync();
        letGo.Set();
        await gate.PendingAAsync(3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B21_A_peer_that_does_not_read_what_the_verifier_wrote_is_given_up_at_the_deadline(bool accepts)
    {
        await using Gate gate = await Gate.OpenAsync((context, _) =>
        {
            const int TooMuch = 32 * 1024 * 1024;
            context.Transport.Output.GetMemory(TooMuch);
            context.Transport.Output.Advance(TooMuch);
            return ValueTask.FromResult(accepts ? AuthResult.Accept() : AuthResult.Reject("but it must hear why"));
        });
        TestPeer deaf = await gate.ConnectAAsync();
        await Eventually.TrueAsync(() => deaf.Socket.Available > 0);
        Assert.Empty(gate.Connector.GetPending(Side.A));
        gate.Clock.Advance(new ConnectorOptions().AdmissionTimeout);
        await gate.ClosedAsync(CloseReason.AuthTimeout);
        Assert.Equal(SocketError.ConnectionReset, (await deaf.ReadToWhateverEndAsync()).Error);
    }
}
