using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Tls;

/// <summary>An authority, a certificate of it for localhost, something to connect out to, and what a connector tells.</summary>
internal sealed class TlsFixture : IDisposable
{
    private readonly Channel<ConnectionEvent> _events = Channel.CreateUnbounded<ConnectionEvent>();

    public TlsFixture() => Certificate = Authority.Issue("localhost");

    public TestAuthority Authority { get; } = new();

    public X509Certificate2 Certificate { get; }

    public TestServer Target { get; } = new();

    public ConnectorOptions Options => Patient.Options with { Events = _events.Writer };

    public static ListenOptions Plain => new(IPAddress.Loopback, 0);

    public ListenOptions Listening => Plain with { Tls = new TlsListenOptions(new SslServerAuthenticationOptions { ServerCertificate = Certificate }) };

    public ConnectOptions Connecting => PlainTarget with
    {
        Tls = new TlsConnectOptions(new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = Authority.Trust }),
    };

    public ConnectOptions PlainTarget => new(Target.EndPoint);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>TLS outside, plain inside.</summary>
    public Task<Connector> StartOutsideAsync(ConnectorOptions? options = null, ListenOptions? listening = null) =>
        Connector.ServerToSocketAsync(listening ?? Listening, PlainTarget, options ?? Options, Cancelled);

    /// <summary>Plain outside, TLS inside.</summary>
    public Task<Connector> StartInsideAsync(ConnectorOptions? options = null, ConnectOptions? connecting = null) =>
        Connector.ServerToSocketAsync(Plain, connecting ?? Connecting, options ?? Options, Cancelled);

    public Task<TlsPeer> ConnectAsync(Connector connector) => TlsPeer.ConnectAsync(connector.EndPointA!, Authority);

    /// <summary>A client and what was dialled for it.</summary>
    public async Task<(TlsPeer Client, TestPeer Upstream)> ConnectOutsideAsync(Connector connector) => (await ConnectAsync(connector), await Target.AcceptAsync());

    /// <inheritdoc cref="ConnectOutsideAsync"/>
    public async Task<(TestPeer Client, TlsPeer Upstream)> ConnectInsideAsync(Connector connector)
    {
        TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        return (client, await TlsPeer.AcceptAsync(await Target.AcceptAsync(), Certificate));
    }

    /// <summary>Serves clients of another connector, begun only now: whatever could have gone on meanwhile has.</summary>
    public async Task ServeElsewhereAsync()
    {
        using var target = new TestServer();
        await using Connector other = await Connector.ServerToSocketAsync(Listening, new ConnectOptions(target.EndPoint), Patient.Options, Cancelled);
        for (int i = 0; i < 3; i++)
        {
            using TlsPeer client = await ConnectAsync(other);
            using TestPeer upstream = await target.AcceptAsync();
            await client.WriteAsync("hello");
            Assert.Equal("hello", await upstream.ReadTextAsync(5));
        }
    }

    public Task<ConnectionEvent> RefusedAsync() => NextAsync(ConnectionEventKind.Refused);

    public Task<ConnectionEvent> JoinedAsync() => NextAsync(ConnectionEventKind.Joined);

    public async Task<(CloseReason Reason, Side? Side)> ClosedAsync() =>
        (await NextAsync(ConnectionEventKind.Closed)).Closed is { } info ? (info.Reason, info.Side) : throw new InvalidOperationException("closed for no reason");

    public void Dispose()
    {
        Certificate.Dispose();
        Authority.Dispose();
        Target.Dispose();
    }

    private async Task<ConnectionEvent> NextAsync(ConnectionEventKind kind)
    {
        while (true)
        {
            ConnectionEvent next = await _events.Reader.ReadAsync(Cancelled).AsTask().InTimeAsync(what: $"{kind}");
            TestContext.Current.TestOutputHelper?.WriteLine($"{next.Kind} {next.Closed?.Reason} {next.Detail}");
            if (next.Kind == kind)
            {
                return next;
            }
        }
    }
}
