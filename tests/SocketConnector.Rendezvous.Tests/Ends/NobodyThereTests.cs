using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.Rendezvous.Tests.Relay;
using SocketConnector.Rendezvous.Wire;
using SocketConnector.TestKit;

namespace SocketConnector.Rendezvous.Tests.Ends;

/// <summary>What the user of an end is told where it meets nobody: one line, and the reason in it.</summary>
public sealed class NobodyThereTests
{
    private static readonly TimeSpan _briefly = TimeSpan.FromMilliseconds(300);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B110_One_that_connects_where_nobody_listens_or_with_another_secret_is_told_so(bool isOtherSecret)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        await using TransportListener? listening = isOtherSecret ? await rendezvous.Via().ListenAsync(Cancelled) : null;
        RendezvousEndPoint where = Briefly(new ConnectOptions(rendezvous.EndPoint));
        IOException error = await Assert.ThrowsAsync<IOException>(() => where.ConnectAsync(Cancelled).AsTask().InTimeAsync());
        Assert.StartsWith($"no end listens in this session at {rendezvous.EndPoint} (waited ", error.Message, StringComparison.Ordinal);
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
    }

    [Fact]
    public async Task B113_One_whose_partner_proves_nothing_is_told_so_within_the_time_that_it_waits()
    {
        var clock = new ManualClock();
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using RawEnd mute = await RawEnd.WaitAsync(rendezvous.EndPoint, rendezvous.Secret.NameOf(EndToEndMode.Tls), EndRole.Listen);
        Task<DuplexStream> connecting = new RendezvousEndPoint(new ConnectOptions(rendezvous.EndPoint), rendezvous.Secret) { TimeProvider = clock }.ConnectAsync(Cancelled).AsTask();
        await mute.ExpectAsync<OpenFrame>();
        clock.Advance(TimeSpan.FromSeconds(1));
        await mute.WriteAsync(new AcceptFrame());
        await mute.ExpectAsync<PairedFrame>();

        // Of the 8 s.
        TimeSpan left = TimeSpan.FromSeconds(7);
        await Eventually.TrueAsync(() => clock.Delays.Contains(left), explain: () => string.Join(", ", clock.Delays));
        clock.Advance(left);
        IOException error = await Assert.ThrowsAsync<IOException>(() => connecting.InTimeAsync());
        Assert.Equal("the other end did not prove itself in time", error.Message);
    }

    [Fact]
    public async Task B110_A_connector_passes_it_on_in_one_line()
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        using var server = new TestServer();
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => Connector.SocketToSocketAsync(
            new ConnectOptions(Briefly(new ConnectOptions(rendezvous.EndPoint))), new ConnectOptions(server.EndPoint), Rendezvous.Patient(), Cancelled).InTimeAsync());
        Assert.StartsWith($"Cannot connect to via:{rendezvous.EndPoint}: no end listens in this session at", error.Message, StringComparison.Ordinal);
        Assert.Equal(SocketError.ConnectionRefused, error.SocketErrorCode);
    }

    [Fact]
    public async Task What_is_no_relay_and_says_nothing_is_told_so()
    {
        using var server = new TestServer();
        IOException error = await Assert.ThrowsAsync<IOException>(() => Briefly(new ConnectOptions(server.EndPoint)).ConnectAsync(Cancelled).AsTask().InTimeAsync());
        Assert.StartsWith($"{server.EndPoint} does not answer as a relay does: nothing came for ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relay_that_is_not_reached_in_time_is_told_so()
    {
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => Briefly(new ConnectOptions(new Nowhere())).ConnectAsync(Cancelled).AsTask().InTimeAsync());
        Assert.Equal((SocketError.TimedOut, "Cannot connect to nowhere: timed out"), (error.SocketErrorCode, error.Message));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_end_without_TLS_is_told_that_the_relay_may_speak_TLS_alone(bool listens)
    {
        using var authority = new TestAuthority();
        using X509Certificate2 certificate = authority.Issue("127.0.0.1");
        await using Rendezvous rendezvous = await Rendezvous.StartAsync(listen: Rendezvous.Loopback with
        {
            Tls = new TlsListenOptions(new SslServerAuthenticationOptions { ServerCertificate = certificate }),
        });
        IOException error = await FailAsync(rendezvous.Via(), listens);
        Assert.StartsWith($"{rendezvous.EndPoint} does not answer as a relay does: ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; it may speak TLS alone, and this end speaks none", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_end_with_TLS_is_told_that_the_relay_may_speak_none(bool listens)
    {
        await using Rendezvous rendezvous = await Rendezvous.StartAsync();
        IOException error = await FailAsync(new RendezvousEndPoint(new ConnectOptions(rendezvous.EndPoint) { Tls = new TlsConnectOptions() }, rendezvous.Secret), listens);
        Assert.StartsWith($"no TLS with the relay {rendezvous.EndPoint}: it has ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("; it may not speak TLS", error.Message, StringComparison.Ordinal);
    }

    private static RendezvousEndPoint Briefly(ConnectOptions relay) => new(relay, SessionSecret.Generate()) { ConnectWait = _briefly };

    private static Task<IOException> FailAsync(RendezvousEndPoint where, bool listens) =>
        Assert.ThrowsAsync<IOException>(() => (listens ? (Task)where.ListenAsync(Cancelled).AsTask() : where.ConnectAsync(Cancelled).AsTask()).InTimeAsync());

    /// <summary>A relay behind something that drops every packet.</summary>
    private sealed class Nowhere : TransportEndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Unspecified;

        public override async ValueTask<DuplexStream> ConnectAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException();
        }

        public override string ToString() => "nowhere";
    }
}
