using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.Rendezvous.Tests.Relay;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Ends;

/// <summary>A relay with TLS on its port, for those that want it.</summary>
public sealed class TlsRelayTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly X509Certificate2 _certificate;

    public TlsRelayTests() => _certificate = _authority.Issue("127.0.0.1");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ListenOptions Listen => Rendezvous.Loopback with
    {
        Tls = new TlsListenOptions(new SslServerAuthenticationOptions { ServerCertificate = _certificate }) { AllowPlaintext = true },
    };

    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData(EndToEndMode.Tls, true)]
    [InlineData(EndToEndMode.Tls, false)]
    [InlineData(EndToEndMode.None, true)]
    public async Task B110_An_end_with_TLS_to_the_relay_and_one_without_meet_on_one_port(EndToEndMode mode, bool isListeningByTls)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(listen: Listen);
        await using TransportListener listening = await Via(rendezvous, mode, isListeningByTls).ListenAsync(Cancelled);
        DuplexStream connected = await Via(rendezvous, mode, !isListeningByTls).ConnectAsync(Cancelled).AsTask().InTimeAsync();
        await CarryAsync(connected, (await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync())!);
    }

    [Fact]
    public async Task An_end_that_waits_behind_TLS_outlives_many_heartbeats()
    {
        var clock = new ManualClock();
        await using RendezvousRelay relay = await RendezvousRelay.StartAsync([Listen], new RelayOptions { Heartbeat = TimeSpan.FromSeconds(10) }, Rendezvous.Patient() with { TimeProvider = clock }, Cancelled);
        var rendezvous = SessionSecret.Generate();
        RendezvousEndPoint where = new(Connect((IPEndPoint)relay.EndPoints[0], isTls: true), rendezvous) { Standby = 1, TimeProvider = clock };
        await using TransportListener listening = await where.ListenAsync(Cancelled);
        using RawEnd raw = await RawEnd.WaitAsync(relay.EndPoints[0], SessionSecret.Generate().NameOf(EndToEndMode.Tls), EndRole.Listen);
        for (int i = 0; i < 10; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await raw.ExpectAsync<PingFrame>();
            await raw.WriteAsync(new PongFrame());
            await raw.WriteAsync(new PingFrame());
            await raw.ExpectAsync<PongFrame>();
        }

        Assert.Equal(2, relay.GetStats().Waiting);
        Task<DuplexStream> connecting = where.ConnectAsync(Cancelled).AsTask();
        DuplexStream accepted = (await listening.AcceptAsync(Cancelled).AsTask().InTimeAsync())!;
        await CarryAsync(await connecting.InTimeAsync(), accepted);
    }

    [Fact]
    public async Task B115_A_ticket_is_shown_to_another_relay_that_proves_its_name()
    {
        await using Rendezvous first = await Rendezvous.StartAsync(listen: Listen), second = await Rendezvous.StartAsync(listen: Listen);
        RendezvousEndPoint where = new(Connect(first.EndPoint, isTls: true), first.Secret) { Standby = 1, Ticket = "ticket" };
        await using TransportListener listening = await where.ListenAsync(Cancelled);
        await first.Relay.DrainAsync(TimeSpan.FromHours(1), [second.EndPoint.ToString()], Cancelled).InTimeAsync();
        await second.WaitingAsync(1);
    }

    private RendezvousEndPoint Via(Rendezvous rendezvous, EndToEndMode mode, bool isTls) => new(Connect(rendezvous.EndPoint, isTls), rendezvous.Secret) { EndToEnd = mode, Standby = 1 };

    private ConnectOptions Connect(IPEndPoint relay, bool isTls) => new(relay)
    {
        Tls = isTls ? new TlsConnectOptions(new SslClientAuthenticationOptions { CertificateChainPolicy = _authority.Trust }) : null,
    };

    private static async Task CarryAsync(DuplexStream one, DuplexStream other)
    {
        byte[] room = new byte[4];
        foreach ((DuplexStream from, DuplexStream to) in ((DuplexStream, DuplexStream)[])[(one, other), (other, one)])
        {
            await from.Stream.WriteAsync("ping"u8.ToArray(), Cancelled);
            await to.Stream.ReadExactlyAsync(room, Cancelled).AsTask().InTimeAsync();
            Assert.Equal("ping"u8, room);
        }
    }
}
