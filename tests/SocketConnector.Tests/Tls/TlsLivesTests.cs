using SocketConnector.TestKit;
using SocketConnector.Tests.Taps;

namespace SocketConnector.Tests.Tls;

/// <summary>Whole lives of connections of TLS on both sides, ended in every way at any moment.</summary>
[Collection(Alone.Name)]
public sealed class TlsLivesTests : IDisposable
{
    private const int Lives = 300;
    private readonly TlsFixture _tls = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B93_However_and_whenever_a_connection_ends_nothing_is_left_behind(bool isTransformed)
    {
        using var unobserved = new UnobservedExceptions();
        ListenOptions listening = _tls.Listening with { Transformer = isTransformed ? static (source, destination, token) => source.CopyToAsync(destination, token) : null };
        var connector = await Connector.ServerToServerAsync(listening, listening, _tls.Options, TestContext.Current.CancellationToken);
        var random = new Random(93);
        for (int life = 0; life < Lives; life++)
        {
            using TlsPeer a = await TlsPeer.ConnectAsync(connector.EndPointA!, _tls.Authority);
            using TlsPeer b = await TlsPeer.ConnectAsync(connector.EndPointB!, _tls.Authority);
            Task[] busy = [PourAsync(a, random.Next(2) * 200_000), PourAsync(b, random.Next(2) * 200_000), random.Next(2) == 0 ? DrainAsync(a) : Task.CompletedTask];
            await Eventually.TrueAsync(() => connector.GetConnections().Count > 0 || life > 0);
            for (int spin = random.Next(200); spin > 0; spin--)
            {
                await Task.Yield();
            }

            Connection? connection = connector.GetConnections().FirstOrDefault();
            switch (random.Next(7))
            {
                case 0:
                    a.Peer.Reset();
                    break;
                case 1:
                    b.Peer.Dispose();
                    break;
                case 2:
                    a.Peer.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                    break;
                case 3:
                    connection?.Abort();
                    break;
                case 4:
                    _ = connection?.EndAsync(TestContext.Current.CancellationToken);
                    break;
                case 5:
                    connection?.Abort();
                    a.Peer.Reset();
                    break;
                default:
                    a.Peer.Reset();
                    b.Peer.Reset();
                    break;
            }

            a.Dispose();
            b.Dispose();
            await Task.WhenAll(busy).InTimeAsync();
        }

        await Eventually.TrueAsync(() => connector.GetConnections().Count == 0);
        await connector.DisposeAsync().AsTask().InTimeAsync();
        unobserved.ThrowIfAny();
    }

    [Fact]
    public async Task B93_A_read_that_nothing_waits_for_when_the_connection_ends_fails_unseen()
    {
        using var unobserved = new UnobservedExceptions();
        var clock = new ManualClock();
        await using (Connector connector = await _tls.StartOutsideAsync(_tls.Options with { TimeProvider = clock }))
        {
            (TlsPeer client, TestPeer upstream) = await _tls.ConnectOutsideAsync(connector);
            using TestPeer upper = upstream;
            using TlsPeer disposing = client;

            // The last chunk has been read and waits for room, so nothing reads; a look at the client begins to.
            await FillExactlyAsync(client, connector);
            clock.Advance(TimeSpan.FromMilliseconds(500));
            Assert.Single(connector.GetConnections()).Abort();
            await _tls.ClosedAsync();
        }

        unobserved.ThrowIfAny();
    }

    [Fact]
    public async Task A_tap_and_the_traffic_log_show_what_is_inside_TLS()
    {
        var log = new LogCollector();
        var tap = new SeeingTap();
        await using Connector connector = await _tls.StartOutsideAsync(_tls.Options with
        {
            LogTraffic = true,
            LoggerFactory = log,
            BeforeJoining = (context, _) =>
            {
                context.Attach(tap);
                return ValueTask.CompletedTask;
            },
        });
        (TlsPeer client, TestPeer upstream) = await _tls.ConnectOutsideAsync(connector);
        using TestPeer upper = upstream;
        using TlsPeer disposing = client;
        await client.WriteAsync("question");
        Assert.Equal("question", await upstream.ReadTextAsync(8));
        await upstream.WriteAsync("answer");
        Assert.Equal("answer", await client.ReadTextAsync(6));
        await client.EndHalfAsync();
        upstream.EndHalf();
        await tap.Closed.InTimeAsync();
        Assert.Equal(("question", "answer"), (tap.Text(Side.A), tap.Text(Side.B)));
        await log.FirstAsync("question");
        await log.FirstAsync("answer");
    }

    [Fact]
    public async Task B80_A_stream_of_TLS_that_was_dialled_in_advance_is_used_or_replaced()
    {
        Task<TestPeer> accepting = _tls.Target.AcceptAsync();
        await using Connector connector = await Connector.SocketToServerAsync(_tls.Connecting, TlsFixture.Plain, _tls.Options, TestContext.Current.CancellationToken);
        using (TlsPeer spare = await TlsPeer.AcceptAsync(await accepting, _tls.Certificate))
        {
            await spare.WriteAsync("good day");
            spare.Peer.EndHalf();
            Assert.Equal(CloseReason.PeerReset, (await _tls.RefusedAsync()).Closed!.Reason);
        }

        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointB!);
        using TlsPeer fresh = await TlsPeer.AcceptAsync(await _tls.Target.AcceptAsync(), _tls.Certificate);
        await client.WriteAsync("hello");
        Assert.Equal("hello", await fresh.ReadTextAsync(5));
    }

    [Fact]
    public async Task A_socket_that_is_added_to_a_side_of_TLS_is_taken_as_it_is()
    {
        await using Connector connector = await Connector.ServerToServerAsync(_tls.Listening, TlsFixture.Plain, _tls.Options, TestContext.Current.CancellationToken);
        using SocketPair added = await SocketPair.CreateAsync();
        await connector.AddAsync(Side.A, added.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        using TestPeer b = await TestPeer.ConnectAsync(connector.EndPointB!);
        await added.Far.WriteAsync("plain");
        Assert.Equal("plain", await b.ReadTextAsync(5));
    }

    public void Dispose() => _tls.Dispose();

    private static async Task FillExactlyAsync(TlsPeer client, Connector connector)
    {
        byte[] chunk = RandomBytes.Of(seed: 2, 16 * 1024);
        Connection? connection = null;
        await Eventually.TrueAsync(() => (connection = connector.GetConnections().FirstOrDefault()) is not null);
        for (long written = 0; ; written += chunk.Length)
        {
            await client.WriteAsync(chunk);
            long start = Environment.TickCount64;
            while (connection!.PeerA.BytesReceived < written + chunk.Length)
            {
                await Task.Delay(1);
            }

            while (connection.BytesAToB < written + chunk.Length)
            {
                await Task.Delay(1);
                if (Environment.TickCount64 - start > 500)
                {
                    return;
                }
            }
        }
    }

    private static async Task PourAsync(TlsPeer peer, int count)
    {
        try
        {
            await peer.Stream.WriteAsync(new byte[count]);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            // It was ended meanwhile.
        }
    }

    private static async Task DrainAsync(TlsPeer peer)
    {
        try
        {
            await peer.Stream.CopyToAsync(Stream.Null);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or System.Net.Sockets.SocketException)
        {
            // It was ended meanwhile.
        }
    }
}
