using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Tls;

/// <summary>How streams of TLS end, told by what they say and by what the socket below does.</summary>
public sealed class TlsEndTests : IDisposable
{
    /// <summary>A record of TLS.</summary>
    private const int ReadAtOnce = 16 * 1024;

    private readonly TlsFixture _tls = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("tls").FullName;

    public static TheoryData<SslProtocols> Versions => [SslProtocols.Tls12, SslProtocols.Tls13];

    [Theory]
    [InlineData(SslProtocols.Tls12, 128)]
    [InlineData(SslProtocols.Tls13, 128)]
    [InlineData(SslProtocols.Tls13, 16 * 1024)]
    public async Task B93_A_half_is_ended_while_the_other_streams_and_not_a_byte_of_that_is_lost(SslProtocols version, int record)
    {
        const int Rounds = 300;
        byte[] up = RandomBytes.Of(seed: 93, 512 * record);
        await using Connector connector = await _tls.StartOutsideAsync();
        for (int round = 0; round < Rounds; round++)
        {
            using TlsPeer client = await ConnectAsync(connector, version);
            using TestPeer upstream = await _tls.Target.AcceptAsync();
            Task sending = SendAsync(client, up, record);
            byte[] first = await upstream.ReadAsync(record * (1 + (round % 256)));
            upstream.EndHalf();
            byte[] rest = await upstream.ReadToEndAsync();
            await sending;
            Assert.True(up.AsSpan().SequenceEqual([.. first, .. rest]), $"round {round}: {first.Length + rest.Length} bytes came of {up.Length}, or other ones");
            Assert.Empty(await client.ReadToEndAsync());
            Assert.Equal(CloseReason.Completed, (await _tls.ClosedAsync()).Reason);
        }
    }

    [Fact]
    public async Task A_half_that_was_ended_already_does_not_keep_a_close_from_being_in_order()
    {
        await using PeerListener listener = await PeerListener.ListenAsync(
            Side.A, _tls.Listening, _tls.Options, TestContext.Current.CancellationToken);
        using TlsPeer client = await TlsPeer.ConnectAsync(listener.EndPoint, _tls.Authority);
        Peer peer = (await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync())!;
        await peer.GetStream().WriteAsync("bye"u8.ToArray(), TestContext.Current.CancellationToken);
        await peer.EndSendingAsync(TestContext.Current.CancellationToken);
        await peer.EndSendingAsync(TestContext.Current.CancellationToken);
        Task closing = peer.CloseAsync();
        Assert.False(closing.IsCompleted, "it is closed over what the client may still send");
        await client.WriteAsync("for nobody");
        Assert.Equal("bye"u8.ToArray(), await client.ReadToEndAsync());
        await client.Stream.ShutdownAsync();
        client.Peer.EndHalf();
        await closing.InTimeAsync();
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task B93_A_client_that_writes_and_leaves_without_reading_has_said_everything(SslProtocols version)
    {
        byte[] all = RandomBytes.Of(seed: 94, 10_000);
        var isJoining = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hasLeft = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using Connector connector = await _tls.StartOutsideAsync(_tls.Options with
        {
            BeforeJoining = async (_, token) =>
            {
                isJoining.SetResult();
                await hasLeft.Task.WaitAsync(token);
            },
        });
        using TlsPeer client = await ConnectAsync(connector, version);
        using TestPeer upstream = await _tls.Target.AcceptAsync();
        await isJoining.Task.InTimeAsync();

        // What is not sent when it leaves is lost for good.
        client.Peer.Socket.NoDelay = true;
        await client.WriteAsync(all);
        await client.Stream.ShutdownAsync();

        // The server's session tickets lie unread there, and closing over them is a reset.
        await Eventually.TrueAsync(() => version == SslProtocols.Tls12 || client.Peer.Socket.Available > 0);
        client.Dispose();
        hasLeft.SetResult();
        Assert.Equal(all, await upstream.ReadToEndAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B93_A_close_notify_is_an_end_whatever_is_behind_it(bool hasGarbage)
    {
        await using Connector connector = await _tls.StartOutsideAsync();
        (TlsPeer client, TestPeer upstream) = await _tls.ConnectOutsideAsync(connector);
        using TlsPeer disposing = client;
        using TestPeer upper = upstream;
        client.Peer.Socket.NoDelay = false;
        await client.WriteAsync("all of it");
        await client.Stream.ShutdownAsync();
        if (hasGarbage)
        {
            await client.Peer.WriteAsync(new byte[] { 0x17, 3, 3, 0, 5, 1, 2, 3, 4, 5 });
        }

        client.Peer.EndHalf();
        Assert.Equal("all of it", await upstream.ReadTextToEndAsync());
        await upstream.WriteAsync("and an answer");
        upstream.EndHalf();
        Assert.Equal("and an answer"u8.ToArray(), await client.ReadToEndAsync());
        Assert.Equal((CloseReason.Completed, Side.A), await _tls.ClosedAsync());
    }

    [Fact]
    public async Task B93_A_close_notify_alone_is_an_end_and_the_stream_below_may_stay_open()
    {
        await using Connector connector = await _tls.StartInsideAsync();
        (TestPeer client, TlsPeer upstream) = await _tls.ConnectInsideAsync(connector);
        using TestPeer lower = client;
        using TlsPeer disposing = upstream;
        await upstream.WriteAsync("bye");
        await upstream.Stream.ShutdownAsync();
        Assert.Equal("bye", await client.ReadTextToEndAsync());
        await client.WriteAsync("bye bye");
        client.EndHalf();
        Assert.Equal("bye bye"u8.ToArray(), await upstream.ReadToEndAsync());
        Assert.Equal((CloseReason.Completed, Side.B), await _tls.ClosedAsync());
    }

    [Fact]
    public async Task B93_An_end_and_then_a_reset_without_a_close_notify_is_not_taken_for_an_end()
    {
        await using Connector connector = await _tls.StartOutsideAsync();
        (TlsPeer client, TestPeer upstream) = await _tls.ConnectOutsideAsync(connector);
        using TestPeer upper = upstream;
        await client.WriteAsync("half");
        Assert.Equal("half", await upstream.ReadTextAsync(4));
        client.Peer.EndHalf();
        client.Peer.Reset();
        Assert.NotNull((await upstream.ReadToWhateverEndAsync()).Error);
        Assert.Contains((await _tls.ClosedAsync()).Reason, new[] { CloseReason.Truncated, CloseReason.PeerReset });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B84_An_end_in_order_is_a_close_notify_and_an_end_for_peers_that_stay(bool hasAnswer)
    {
        await using Connector connector = await _tls.StartOutsideAsync();
        (TlsPeer client, TestPeer upstream) = await _tls.ConnectOutsideAsync(connector);
        using TlsPeer disposing = client;
        using TestPeer upper = upstream;
        await client.WriteAsync("hello");
        Assert.Equal("hello", await upstream.ReadTextAsync(5));
        Task ending = Assert.Single(connector.GetConnections()).EndAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal((0, (SocketError?)null), await RestAsync(client));
        if (hasAnswer)
        {
            // Many answer without a close-notify of their own.
            client.Peer.EndHalf();
        }

        Assert.Empty(await upstream.ReadToEndAsync());
        await ending.InTimeAsync();
        Assert.Equal(CloseReason.Ended, (await _tls.ClosedAsync()).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B84_What_had_arrived_is_delivered_however_late_it_is_read(bool isTransformed)
    {
        // A Unix socket's bytes have arrived once they are written.
        string path = Path.Combine(_folder, "a.sock");
        await using Connector connector = await _tls.StartOutsideAsync(listening: new ListenOptions(new UnixDomainSocketEndPoint(path))
        {
            Tls = _tls.Listening.Tls,
            Transformer = isTransformed ? static (source, destination, token) => source.CopyToAsync(destination, token) : null,
        });
        using TlsPeer client = await TlsPeer.ConnectAsync(new UnixDomainSocketEndPoint(path), _tls.Authority);
        using TestPeer upstream = await _tls.Target.AcceptAsync();
        long arrived = await client.FillAsync();
        Connection connection = Assert.Single(connector.GetConnections());
        Assert.True(arrived > connection.BytesAToB + ReadAtOnce, $"{arrived} bytes were written and {connection.BytesAToB} delivered");

        Task ending = connection.EndAsync(TestContext.Current.CancellationToken);
        (long count, string hash) = await upstream.HashToEndAsync();
        await ending.InTimeAsync();
        Assert.True(count >= arrived, $"{count} bytes came of {arrived} that had arrived");
        Assert.Equal(Convert.ToHexString(SHA256.HashData(TlsPeer.Filling(count))), hash);
        Assert.Equal(connection.BytesAToB, count);
        Assert.Equal(CloseReason.Ended, (await _tls.ClosedAsync()).Reason);
    }

    public void Dispose()
    {
        _tls.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task SendAsync(TlsPeer peer, byte[] bytes, int record)
    {
        for (int at = 0; at < bytes.Length; at += record)
        {
            await peer.Stream.WriteAsync(bytes.AsMemory(at, record));
        }

        await peer.EndHalfAsync();
    }

    private static async Task<(int Count, SocketError? Error)> RestAsync(TlsPeer peer)
    {
        (byte[] rest, SocketError? error) = await peer.Peer.ReadToWhateverEndAsync();
        return (rest.Length, error);
    }

    private Task<TlsPeer> ConnectAsync(Connector connector, SslProtocols version) => TlsPeer.ConnectAsync(
        connector.EndPointA!, new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _tls.Authority.Trust, EnabledSslProtocols = version });
}
