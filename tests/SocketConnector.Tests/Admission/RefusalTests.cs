using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Admission;

public sealed class RefusalTests
{
    [Fact]
    public async Task B21_A_rejected_peer_hears_the_goodbye_and_then_a_clean_end()
    {
        await using Gate gate = await Gate.OpenAsync(Verifiers.Word("go"));
        TestPeer stranger = await gate.ConnectAAsync("no");
        Assert.Equal(Verifiers.Goodbye, await stranger.ReadTextToEndAsync());
        stranger.Dispose();
        await gate.ClosedAsync(CloseReason.AuthRejected);
        await gate.GoodOnesMeetAsync();
    }

    [Fact]
    public async Task B21_A_goodbye_that_was_not_flushed_is_sent_as_well()
    {
        await using Gate gate = await Gate.OpenAsync((context, _) =>
        {
            "bye"u8.CopyTo(context.Transport.Output.GetSpan(3));
            context.Transport.Output.Advance(3);
            return ValueTask.FromResult(AuthResult.Reject("nobody may"));
        });
        TestPeer stranger = await gate.ConnectAAsync();
        Assert.Equal("bye", await stranger.ReadTextToEndAsync());
        stranger.Dispose();
        await gate.ClosedAsync(CloseReason.AuthRejected);
    }

    [Fact]
    public async Task B21_A_rejected_peer_that_had_more_to_say_hears_the_goodbye_all_the_same()
    {
        // Closing a socket with unread bytes resets it, and a reset may overtake what was sent before.
        await using Gate gate = await Gate.OpenAsync(Verifiers.Word("go"));
        TestPeer stranger = await gate.ConnectAAsync("no" + new string('x', 500_000));
        Assert.Equal(Verifiers.Goodbye, await stranger.ReadTextToEndAsync());
        stranger.Dispose();
        await gate.ClosedAsync(CloseReason.AuthRejected);
    }

    [Fact]
    public async Task B21_A_rejected_peer_that_never_closes_is_closed_all_the_same()
    {
        await using Gate gate = await Gate.OpenAsync(Verifiers.Word("go"), options => options with { TimeProvider = TimeProvider.System });
        TestPeer stranger = await gate.ConnectAAsync("no");
        await gate.ClosedAsync(CloseReason.AuthRejected);
        Assert.Equal(Verifiers.Goodbye, await stranger.ReadTextToEndAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B21_A_throwing_verifier_costs_its_peer_alone(bool atOnce)
    {
        await using Gate gate = await Gate.OpenAsync(async (context, cancellationToken) =>
        {
            if (!atOnce)
            {
                await Task.Yield();
            }

            return await Verifiers.ReadAsync(context.Transport.Input, 2, cancellationToken) == "go"
                ? AuthResult.Accept()
                : throw new FormatException("the verifier did not understand");
        });
        TestPeer stranger = await gate.ConnectAAsync("no");
        Assert.Equal(SocketError.ConnectionReset, (await stranger.ReadToWhateverEndAsync()).Error);
        await gate.ClosedAsync(CloseReason.AuthFailed, side: null);
        await gate.GoodOnesMeetAsync();
    }

    [Fact]
    public async Task B21_A_verifier_that_throws_before_it_returns_a_task_costs_its_peer_alone()
    {
        int calls = 0;
        await using Gate gate = await Gate.OpenAsync((context, cancellationToken) =>
            Interlocked.Increment(ref calls) == 1 ? throw new OperationCanceledException("of its own") : Verifiers.Word("go")(context, cancellationToken));
        Assert.Equal(SocketError.ConnectionReset, (await TestPeer.ConnectToWhateverEndAsync(gate.Connector.EndPointA!)).Error);
        await gate.ClosedAsync(CloseReason.AuthFailed, side: null);
        await gate.GoodOnesMeetAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B21_A_peer_that_departs_during_authentication_costs_itself_alone(bool resets)
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Gate gate = await Gate.OpenAsync((context, cancellationToken) =>
        {
            running.TrySetResult();
            return Verifiers.Word("go")(context, cancellationToken);
        });
        TestPeer gone = await gate.ConnectAAsync("g");
        await running.Task.InTimeAsync();
        if (resets)
        {
            gone.Reset();
        }
        else
        {
            gone.Dispose();
        }

        await gate.ClosedAsync(resets ? CloseReason.PeerReset : CloseReason.AuthRejected);
        await gate.GoodOnesMeetAsync();
    }

    [Fact]
    public async Task B21_A_good_pending_A_stays_whatever_the_others_do_and_is_joined_to_the_next_good_B()
    {
        SocketAuthVerifier fickle = async (context, cancellationToken) => await Verifiers.ReadAsync(context.Transport.Input, 2, cancellationToken) switch
        {
            "go" => AuthResult.Accept(),
            "!!" => throw new InvalidOperationException("thrown"),
            string other => AuthResult.Reject(other),
        };
        await using Gate both = await Gate.OpenAsync(fickle, verifierB: fickle);
        TestPeer good = await both.ConnectAAsync("go");
        await both.PendingAAsync(1);
        foreach (Side side in (Side[])[Side.A, Side.B])
        {
            foreach (string bad in (string[])["no", "!!", "g"])
            {
                TestPeer peer = side == Side.A ? await both.ConnectAAsync(bad) : await both.ConnectBAsync(bad);
                peer.EndHalf();
                Assert.Empty((await peer.ReadToWhateverEndAsync()).Bytes);
                peer.Dispose();
            }
        }

        Assert.Equal((1, 0, 0), (both.Connector.GetPending(Side.A).Count, both.Connector.GetPending(Side.B).Count, both.Connector.GetConnections().Count));
        TestPeer partner = await both.ConnectBAsync("go");
        await good.WriteAsync("at last");
        Assert.Equal("at last", await partner.ReadTextAsync(7));

        // The last refusal is counted right behind the reset that told of it.
        await Eventually.TrueAsync(() => both.Connector.GetStats().Closed.SequenceEqual(
            [new CloseCount(CloseReason.AuthRejected, Side.A, 2), new CloseCount(CloseReason.AuthRejected, Side.B, 2), new CloseCount(CloseReason.AuthFailed, null, 2)]));
    }

    [Fact]
    public async Task B14_A_stranger_does_not_use_the_accept_limit_up()
    {
        await using Gate gate = await Gate.OpenAsync(Verifiers.Word("go"), acceptLimit: 1);
        for (int i = 0; i < 5; i++)
        {
            TestPeer stranger = await gate.ConnectAAsync("no");
            Assert.Equal(Verifiers.Goodbye, await stranger.ReadTextToEndAsync());
            stranger.Dispose();
        }

        TestPeer undecided = await gate.ConnectAAsync("g");
        await gate.ClosedAsync(CloseReason.AuthRejected, 5);
        TestPeer good = await gate.ConnectAAsync("go");
        await gate.PendingAAsync(1);
        TestPeer late = await gate.ConnectAAsync("go");

        // It was connected in time, but comes second to the one place, and waits for it until it is used up.
        await undecided.WriteAsync("o");
        TestPeer b = await gate.ConnectBAsync();
        await good.WriteAsync("I am in");
        Assert.Equal("I am in", await b.ReadTextAsync(7));
        Assert.Equal(SocketError.ConnectionReset, (await undecided.ReadToWhateverEndAsync()).Error);
        await Assert.ThrowsAsync<SocketException>(() => gate.ConnectAAsync());
        Assert.NotNull((await late.ReadToWhateverEndAsync("still there?")).Error);
    }

    [Fact]
    public async Task B21_The_reason_of_a_rejection_is_in_the_log_with_the_peer()
    {
        using var log = new LogCollector();
        await using Gate gate = await Gate.OpenAsync(
            async (context, cancellationToken) => AuthResult.Reject("said " + await Verifiers.ReadAsync(context.Transport.Input, 10, cancellationToken)),
            options => options with { LoggerFactory = log });
        TestPeer stranger = await gate.ConnectAAsync("plain text");
        Assert.Empty(await stranger.ReadToEndAsync());
        stranger.Dispose();
        LogEntry entry = await log.FirstAsync("said plain text");
        Assert.Contains(stranger.LocalEndPoint.ToString()!, entry.Message, StringComparison.Ordinal);
    }
}
