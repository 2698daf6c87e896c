using SocketConnector.Rendezvous.Tests.Relay;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Ends;

/// <summary>Partners that know a session's name and not its secret, or do not go on; and users that change their mind.</summary>
public sealed class StrangerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(EndToEndMode.Tls)]
    [InlineData(EndToEndMode.Proof)]
    public async Task B113_Who_connects_to_a_stranger_is_told_and_delivers_nothing(EndToEndMode mode)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using RawEnd stranger = await RawEnd.WaitAsync(rendezvous.EndPoint, rendezvous.Secret.NameOf(mode), EndRole.Listen);
        Task<DuplexStream> connecting = rendezvous.Via(mode: mode).ConnectAsync(Cancelled).AsTask();
        await stranger.ExpectAsync<OpenFrame>();
        await stranger.WriteAsync(new AcceptFrame());
        await stranger.ExpectAsync<PairedFrame>();
        await stranger.Peer.WriteAsync(RandomBytes.Of(1, ProofMessage.NonceLength + 32));
        IOException error = await Assert.ThrowsAnyAsync<IOException>(() => connecting.InTimeAsync());
        Assert.NotEmpty(error.Message);
        if (mode == EndToEndMode.Proof)
        {
            Assert.Contains("does not know the secret", error.Message, StringComparison.Ordinal);
        }

        await stranger.Peer.ReadToWhateverEndAsync();
    }

    [Theory]
    [InlineData(EndToEndMode.Tls)]
    [InlineData(EndToEndMode.Proof)]
    public async Task B113_A_stranger_that_connects_is_not_accepted_and_the_next_one_is(EndToEndMode mode)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        await using TransportListener listening = await rendezvous.Via(mode: mode, standby: 1).ListenAsync(Cancelled);
        Task<DuplexStream?> accepting = listening.AcceptAsync(Cancelled).AsTask();
        foreach (bool isLeaving in (bool[])[false, true])
        {
            using RawEnd stranger = await RawEnd.JoinAsync(rendezvous.EndPoint, rendezvous.Secret.NameOf(mode), EndRole.Connect, early: RandomBytes.Of(1, 100));
            await stranger.PairedAsync();
            if (isLeaving)
            {
                stranger.Peer.Reset();
            }
            else
            {
                await stranger.Peer.ReadToWhateverEndAsync();
            }
        }

        await rendezvous.Log.FirstAsync("a partner is not accepted");
        Assert.False(accepting.IsCompleted);
        DuplexStream connected = await rendezvous.Via(mode: mode).ConnectAsync(Cancelled).AsTask().InTimeAsync();
        DuplexStream accepted = (await accepting.InTimeAsync())!;
        await connected.Stream.WriteAsync("x"u8.ToArray(), Cancelled);
        Assert.Equal(1, await accepted.Stream.ReadAsync(new byte[1], Cancelled).AsTask().InTimeAsync());
    }

    [Fact]
    public async Task B113_A_stranger_that_says_nothing_is_given_up_in_time()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        RendezvousEndPoint where = new(new ConnectOptions(rendezvous.EndPoint), rendezvous.Secret) { HandshakeTimeout = TimeSpan.FromMilliseconds(200), Standby = 1, LoggerFactory = rendezvous.Log };
        await using TransportListener listening = await where.ListenAsync(Cancelled);
        using RawEnd stranger = await RawEnd.JoinAsync(rendezvous.EndPoint, rendezvous.Secret.NameOf(EndToEndMode.Tls), EndRole.Connect);
        await rendezvous.Log.FirstAsync("did not prove itself in time");
        await stranger.Peer.ReadToWhateverEndAsync();
        using RawEnd next = await RawEnd.JoinAsync(rendezvous.EndPoint, rendezvous.Secret.NameOf(EndToEndMode.Tls), EndRole.Connect);
        await next.PairedAsync();
    }

    [Fact]
    public async Task A_user_that_gives_up_leaves_nothing_at_the_relay()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using (var giving = CancellationTokenSource.CreateLinkedTokenSource(Cancelled))
        {
            Task<DuplexStream> connecting = rendezvous.Via().ConnectAsync(giving.Token).AsTask();
            await rendezvous.WaitingAsync(1);
            await giving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.InTimeAsync());
            await rendezvous.WaitingAsync(0);
        }

        // While its partner proves itself.
        using RawEnd stranger = await RawEnd.WaitAsync(rendezvous.EndPoint, rendezvous.Secret.NameOf(EndToEndMode.Tls), EndRole.Listen);
        using var again = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Task<DuplexStream> proving = rendezvous.Via().ConnectAsync(again.Token).AsTask();
        await stranger.ExpectAsync<OpenFrame>();
        await stranger.WriteAsync(new AcceptFrame());
        await stranger.ExpectAsync<PairedFrame>();
        await again.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => proving.InTimeAsync());
        await stranger.Peer.ReadToWhateverEndAsync();
        await Eventually.TrueAsync(() => rendezvous.Relay.GetStats() is { Waiting: 0, ActivePairs: 0 });
    }

    [Fact]
    public async Task A_pool_that_stops_closes_what_nobody_took()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        RendezvousEndPoint where = new(new ConnectOptions(rendezvous.EndPoint), rendezvous.Secret) { EndToEnd = EndToEndMode.Proof, Standby = 1, MaxStandby = 1 };
        TransportListener listening = await where.ListenAsync(Cancelled);
        DuplexStream[] connected = [await ConnectAsync(), await ConnectAsync(), await ConnectAsync()];
        using RawEnd proving = await RawEnd.JoinAsync(rendezvous.EndPoint, rendezvous.Secret.NameOf(EndToEndMode.Proof), EndRole.Connect);
        await proving.PairedAsync();
        await listening.DisposeAsync().AsTask().InTimeAsync();
        foreach (DuplexStream one in connected)
        {
            await Assert.ThrowsAnyAsync<IOException>(() => one.Stream.ReadAsync(new byte[1], Cancelled).AsTask().InTimeAsync());
        }

        await proving.Peer.ReadToWhateverEndAsync();
        await Eventually.TrueAsync(() => rendezvous.Relay.GetStats() is { Waiting: 0, ActivePairs: 0 });
        Assert.Null(await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync());

        Task<DuplexStream> ConnectAsync() => where.ConnectAsync(Cancelled).AsTask().InTimeAsync();
    }

    [Fact]
    public async Task A_log_that_throws_keeps_no_end_from_waiting()
    {
        Rendezvous first = await Rendezvous.StartAsync();
        RendezvousEndPoint where = new(new ConnectOptions(first.EndPoint), first.Secret) { Standby = 2, LoggerFactory = new ThrowingLog() };
        await using TransportListener listening = await where.ListenAsync(Cancelled);
        await first.WaitingAsync(2);
        await first.DisposeAsync();
        await using Rendezvous second = await Rendezvous.StartAsync(port: first.EndPoint.Port);
        await second.WaitingAsync(2);
    }

    [Fact]
    public async Task A_pool_whose_first_connection_fails_says_so_and_does_not_stay()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(new RelayOptions { MaxWaiting = 1 });
        using RawEnd first = await RawEnd.WaitAsync(rendezvous.EndPoint, rendezvous.Secret.NameOf(EndToEndMode.Tls), EndRole.Listen);
        IOException busy = await Assert.ThrowsAsync<IOException>(() => rendezvous.Via().ListenAsync(Cancelled).AsTask().InTimeAsync());
        Assert.Contains("it is at a limit", busy.Message, StringComparison.Ordinal);
        first.Dispose();
        await rendezvous.WaitingAsync(0);
    }

    [Fact]
    public async Task B114_Partners_that_nobody_takes_wait_at_the_relay_beyond_a_bound()
    {
        const int Bound = 256 + 1;
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(new RelayOptions { MaxJoinsPerMinutePerAddress = 10_000, MaxWaitingPerSession = 10_000 });
        RendezvousEndPoint where = new(new ConnectOptions(rendezvous.EndPoint), rendezvous.Secret) { EndToEnd = EndToEndMode.None, Standby = 1, MaxStandby = 1 };
        await using TransportListener listening = await where.ListenAsync(Cancelled);
        Task<DuplexStream>[] connecting = [.. Enumerable.Range(0, Bound + 20).Select(_ => where.ConnectAsync(Cancelled).AsTask())];
        await rendezvous.WaitingAsync(20);
        Assert.Equal(Bound, rendezvous.Relay.GetStats().Pairs);
        for (int i = 0; i < connecting.Length; i++)
        {
            DuplexStream stream = (await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
            await stream.Stream.DisposeAsync();
        }

        await Task.WhenAll(connecting).InTimeAsync();
    }
}
