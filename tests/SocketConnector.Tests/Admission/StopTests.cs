using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Admission;

public sealed class StopTests
{
    [Theory]
    [InlineData(true, "waits")]
    [InlineData(true, "ignores its token")]
    [InlineData(true, "blocks")]
    [InlineData(false, "waits")]
    [InlineData(false, "ignores its token")]
    [InlineData(false, "blocks")]
    public async Task B24_A_stop_during_authentication_ends_it_at_once_and_nothing_enters_the_queue(bool drains, string how)
    {
        using var letGo = new ManualResetEventSlim();
        var running = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        var accepting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var accepted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Gate gate = await Gate.OpenAsync(async (_, cancellationToken) =>
        {
            running.SetResult(cancellationToken);
            if (how == "blocks")
            {
                letGo.Wait(Eventually.Deadline, CancellationToken.None);
            }

            await (how == "waits" ? accepting.Task.WaitAsync(cancellationToken) : accepting.Task);
            accepted.SetResult();
            return AuthResult.Accept();
        });
        TestPeer peer = await gate.ConnectAAsync("go");
        CancellationToken token = await running.Task.InTimeAsync();
        Task ended = drains ? gate.Connector.StopAsync(TestContext.Current.CancellationToken) : gate.Connector.DisposeAsync().AsTask();
        await ended.InTimeAsync(TimeSpan.FromSeconds(5));
        Assert.True(token.IsCancellationRequested);
        Assert.Equal(SocketError.ConnectionReset, (await peer.ReadToWhateverEndAsync()).Error);

        // Whatever the verifier says now comes too late.
        letGo.Set();
        accepting.SetResult();
        if (how != "waits")
        {
            await accepted.Task.InTimeAsync();
        }

        Assert.Equal((0, 0, 0), (gate.Connector.GetPending(Side.A).Count, gate.Connector.GetConnections().Count, gate.Clock.ActiveTimers));
        Assert.Equal([new CloseCount(CloseReason.Aborted, null, 1)], gate.Connector.GetStats().Closed);
    }

    [Fact]
    public async Task B24_The_end_of_the_grace_period_ends_an_authentication_as_well()
    {
        var running = new TaskCompletionSource<CancellationToken>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Gate gate = await Gate.OpenAsync(Verifiers.Hanging(running), options => options with { GracePeriod = TimeSpan.FromSeconds(5) });
        TestPeer peer = await gate.ConnectAAsync();
        await running.Task.InTimeAsync();
        gate.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(SocketError.ConnectionReset, (await peer.ReadToWhateverEndAsync()).Error);
        await gate.Connector.Completion.InTimeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B24_A_stop_ends_what_a_verifier_has_still_to_send(bool accepts)
    {
        await using Gate gate = await Gate.OpenAsync((context, _) =>
        {
            const int TooMuch = 32 * 1024 * 1024;
            context.Transport.Output.GetMemory(TooMuch);
            context.Transport.Output.Advance(TooMuch);
            return ValueTask.FromResult(accepts ? AuthResult.Accept() : AuthResult.Reject());
        });
        TestPeer deaf = await gate.ConnectAAsync();
        await Eventually.TrueAsync(() => deaf.Socket.Available > 0);
        await gate.Connector.StopAsync(TestContext.Current.CancellationToken).InTimeAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(SocketError.ConnectionReset, (await deaf.ReadToWhateverEndAsync()).Error);
    }

    [Fact]
    public async Task B24_Many_in_authentication_are_ended_together()
    {
        int running = 0;
        await using Gate gate = await Gate.OpenAsync(async (_, cancellationToken) =>
        {
            Interlocked.Increment(ref running);
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return AuthResult.Accept();
        });
        List<TestPeer> peers = [];
        while (peers.Count < 100)
        {
            peers.Add(await gate.ConnectAAsync("go"));
        }

        await Eventually.TrueAsync(() => Volatile.Read(ref running) == 100);
        await gate.Connector.StopAsync(TestContext.Current.CancellationToken).InTimeAsync(TimeSpan.FromSeconds(10));
        foreach (TestPeer peer in peers)
        {
            Assert.Equal(SocketError.ConnectionReset, (await peer.ReadToWhateverEndAsync()).Error);
        }
    }
}
