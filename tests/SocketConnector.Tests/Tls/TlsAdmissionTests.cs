using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Tls;

/// <summary>TLS between the other stages of admission, and against clients that mean to hold it up.</summary>
public sealed class TlsAdmissionTests : IDisposable
{
    private const string Line = "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n";
    private readonly TlsFixture _tls = new();
    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B95_A_handshake_follows_a_PROXY_header_in_one_segment_or_byte_by_byte(bool isByteByByte)
    {
        await using Connector connector = await _tls.StartOutsideAsync(listening: _tls.Listening with { AcceptProxyFrom = [IPNetwork.Parse("127.0.0.0/8")] });
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!, static socket => socket.NoDelay = true);
        await using var spelling = new Spelling(new NetworkStream(client.Socket), Encoding.ASCII.GetBytes(Line), isByteByByte);
        await using var tls = new SslStream(spelling);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _tls.Authority.Trust }, TestContext.Current.CancellationToken);
        await tls.WriteAsync("hello"u8.ToArray(), TestContext.Current.CancellationToken);
        using TestPeer upstream = await _tls.Target.AcceptAsync();
        Assert.Equal("hello", await upstream.ReadTextAsync(5));
        Assert.Equal(IPEndPoint.Parse("192.0.2.1:56324"), (await _tls.JoinedAsync()).PeerA!.RemoteEndPoint);
    }

    [Theory]
    [InlineData(ProxyVersion.V1)]
    [InlineData(ProxyVersion.V2)]
    public async Task B95_A_PROXY_header_comes_before_the_handshake_with_what_is_dialled(ProxyVersion version)
    {
        await using Connector connector = await _tls.StartInsideAsync(connecting: _tls.Connecting with { SendProxy = version });
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        TestPeer upstream = await _tls.Target.AcceptAsync();
        string header = version == ProxyVersion.V1 ? $"PROXY TCP4 127.0.0.1 127.0.0.1 {((IPEndPoint)client.LocalEndPoint).Port} {((IPEndPoint)connector.EndPointA!).Port}\r\n" : "";
        byte[] came = await upstream.ReadAsync(version == ProxyVersion.V1 ? header.Length : 28);
        Assert.Equal(version == ProxyVersion.V1 ? header : "\r\n\r\n\0\r\nQUIT\n", Encoding.ASCII.GetString(came)[..(version == ProxyVersion.V1 ? header.Length : 12)]);
        using TlsPeer tls = await TlsPeer.AcceptAsync(upstream, _tls.Certificate);
        await client.WriteAsync("hello");
        Assert.Equal("hello", await tls.ReadTextAsync(5));
    }

    [Fact]
    public async Task A_verifier_talks_inside_TLS_and_what_it_leaves_is_relayed()
    {
        await using Connector connector = await _tls.StartOutsideAsync(listening: _tls.Listening with { AuthVerifier = Verifiers.Challenge("who? ", "me") });
        using TlsPeer client = await _tls.ConnectAsync(connector);
        Assert.Equal("who? ", await client.ReadTextAsync(5));
        await client.WriteAsync("me and then some");
        using TestPeer upstream = await _tls.Target.AcceptAsync();
        Assert.Equal(" and then some", await upstream.ReadTextAsync(14));
    }

    [Fact]
    public async Task What_a_verifier_says_to_one_that_it_rejects_arrives_and_then_a_close_notify_and_the_end()
    {
        await using Connector connector = await _tls.StartOutsideAsync(listening: _tls.Listening with { AuthVerifier = Verifiers.Word("sesame") });
        using TlsPeer client = await _tls.ConnectAsync(connector);
        await client.WriteAsync("gherkin");
        Assert.Equal(Verifiers.Goodbye, Encoding.ASCII.GetString(await client.ReadToEndAsync()));
        (byte[] rest, SocketError? error) = await client.Peer.ReadToWhateverEndAsync();
        Assert.Equal((0, (SocketError?)null), (rest.Length, error));
        Assert.Equal(CloseReason.AuthRejected, (await _tls.RefusedAsync()).Closed!.Reason);
    }

    [Fact]
    public async Task B92_Half_handshakes_hold_up_others_until_their_deadline_and_no_longer()
    {
        const int Places = 3;
        ListenOptions listening = _tls.Listening with { Tls = _tls.Listening.Tls! with { MaxHandshakes = Places } };
        var timeout = TimeSpan.FromSeconds(8);
        await using Connector connector = await _tls.StartOutsideAsync(_tls.Options with { AdmissionTimeout = timeout, TimeProvider = _clock }, listening);
        var slow = new List<TestPeer>();
        for (int i = 0; i < Places; i++)
        {
            slow.Add(await TestPeer.ConnectAsync(connector.EndPointA!));
            await slow[^1].WriteAsync(new byte[] { 0x16, 3, 1, 2, 0, 1 });
        }

        await Eventually.TrueAsync(() => connector.GetAdmitting().Count(static one => one.Stage == "tls") == Places && _clock.Delays.Count(delay => delay == timeout) >= Places);
        _clock.Advance(timeout / 2);
        Task<TlsPeer> waiting = _tls.ConnectAsync(connector);
        await Eventually.TrueAsync(() => waiting.IsCompleted || _clock.Delays.Contains(timeout));
        await _tls.ServeElsewhereAsync();
        Assert.False(waiting.IsCompleted);
        _clock.Advance(timeout / 2);
        using TlsPeer client = await waiting;
        foreach (TestPeer peer in slow)
        {
            Assert.NotNull((await peer.ReadToWhateverEndAsync()).Error);
            peer.Dispose();
        }
    }

    [Theory]
    [InlineData("a record of 64 KiB")]
    [InlineData("a hello of 16 MiB")]
    [InlineData("endless alerts")]
    [InlineData("empty records")]
    public async Task B92_A_hello_without_an_end_is_refused_and_not_kept(string kind)
    {
        await using Connector connector = await _tls.StartOutsideAsync();
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        byte[] record = kind switch
        {
            "a record of 64 KiB" => [0x16, 3, 1, 0xFF, 0xFF, .. new byte[0xFFFF]],
            "a hello of 16 MiB" => [0x16, 3, 1, 0x40, 0, 1, 0xFF, 0xFF, 0xFF, 3, 3, .. new byte[0x4000 - 6]],
            "endless alerts" => [0x15, 3, 1, 0, 2, 1, 90],
            _ => [0x16, 3, 1, 0, 0],
        };
        Task<SocketException> saying = Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true)
            {
                await client.WriteAsync(record).InTimeAsync();
            }
        });
        ConnectionEvent refused = await _tls.RefusedAsync();
        Assert.Equal((CloseReason.TlsFailed, Side.A), (refused.Closed!.Reason, refused.Closed.Side));
        await saying;
    }

    [Fact]
    public async Task B92_A_client_that_does_not_read_what_the_server_says_is_waited_for_until_the_deadline()
    {
        using X509Certificate2 large = Large();
        ListenOptions listening = TlsFixture.Plain with { Tls = new TlsListenOptions(new SslServerAuthenticationOptions { ServerCertificate = large }) };
        ConnectorOptions options = _tls.Options with { TimeProvider = _clock };
        await using Connector connector = await _tls.StartOutsideAsync(options, listening);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!, static socket => socket.ReceiveBufferSize = 4096);
        await using var deaf = new SslStream(new WriteOnly(new NetworkStream(client.Socket)));
        _ = deaf.AuthenticateAsClientAsync("localhost").ContinueWith(static failed => failed.Exception, TaskScheduler.Default);
        await Eventually.TrueAsync(() => client.Socket.Available > 0 && _clock.Delays.Contains(options.AdmissionTimeout));
        _clock.Advance(options.AdmissionTimeout);
        Assert.Equal(CloseReason.AdmissionTimeout, (await _tls.RefusedAsync()).Closed!.Reason);
        Assert.Equal(0, _clock.ActiveTimers);
    }

    public void Dispose() => _tls.Dispose();

    /// <summary>One that fits into no send buffer.</summary>
    private static X509Certificate2 Large()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.99999.1", new byte[12 * 1024 * 1024], critical: false));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    /// <summary>Says something first, with the first bytes or each by itself.</summary>
    private sealed class Spelling(NetworkStream inner, byte[] first, bool isByteByByte) : Through(inner)
    {
        private byte[] _first = first;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            byte[] all = [.. _first, .. buffer.Span];
            _first = [];
            for (int at = 0; at < all.Length; at += isByteByByte ? 1 : all.Length)
            {
                await Inner.WriteAsync(all.AsMemory(at, isByteByByte ? 1 : all.Length), cancellationToken);
            }
        }
    }

    private sealed class WriteOnly(NetworkStream inner) : Through(inner)
    {
        private readonly TaskCompletionSource<int> _never = new();

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(_never.Task);
    }

    private abstract class Through(NetworkStream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        protected NetworkStream Inner => inner;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
            // Nothing is kept here.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
