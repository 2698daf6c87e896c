using System.Net.Security;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Tls;

/// <summary>How many handshakes go on at once, and for how long.</summary>
public sealed class TlsPlacesTests : IDisposable
{
    private readonly TlsFixture _tls = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task B92_No_more_handshakes_than_may_go_on_at_once_and_the_next_waits_its_turn()
    {
        using SemaphoreSlim begun = new(0), mayGoOn = new(0);
        var clock = new ManualClock();
        var waiting = new TlsListenOptions(async (_, _, _, token) =>
        {
            begun.Release();
            await mayGoOn.WaitAsync(token);
            return new SslServerAuthenticationOptions { ServerCertificate = _tls.Certificate };
        });
        ListenOptions listening = TlsFixture.Plain with { Tls = waiting with { MaxHandshakes = 2 } };
        await using Connector connector = await _tls.StartOutsideAsync(_tls.Options with { TimeProvider = clock }, listening);
        using TestPeer quiet = await TestPeer.ConnectAsync(connector.EndPointA!);
        Task<TlsPeer> first = _tls.ConnectAsync(connector), second = _tls.ConnectAsync(connector);
        await begun.WaitAsync(Cancelled).InTimeAsync();
        await begun.WaitAsync(Cancelled).InTimeAsync();

        clock.Advance(TimeSpan.FromSeconds(1));
        Task<TlsPeer> third = _tls.ConnectAsync(connector);
        await Eventually.TrueAsync(() => clock.Delays.Contains(_tls.Options.AdmissionTimeout));
        await _tls.ServeElsewhereAsync();
        Assert.Equal(0, begun.CurrentCount);

        mayGoOn.Release();
        await begun.WaitAsync(Cancelled).InTimeAsync();
        mayGoOn.Release(2);
        using TlsPeer one = await first, two = await second, three = await third;
    }

    [Fact]
    public async Task B92_A_client_that_stops_in_its_handshake_keeps_its_place_for_ten_seconds()
    {
        var clock = new ManualClock();
        ListenOptions listening = _tls.Listening with { Tls = _tls.Listening.Tls! with { MaxHandshakes = 1 } };
        await using Connector connector = await _tls.StartOutsideAsync(_tls.Options with { TimeProvider = clock }, listening);
        using TestPeer slow = await TestPeer.ConnectAsync(connector.EndPointA!);
        await slow.WriteAsync(new byte[] { 0x16, 3, 1, 2, 0, 1 });
        await Eventually.TrueAsync(() => clock.Delays.Contains(TimeSpan.FromSeconds(10)));
        Task<TlsPeer> waiting = _tls.ConnectAsync(connector);
        clock.Advance(TimeSpan.FromSeconds(10));
        ConnectionEvent refused = await _tls.RefusedAsync();
        Assert.Equal((CloseReason.AdmissionTimeout, Side.A, "the TLS handshake timed out"), (refused.Closed!.Reason, refused.Closed.Side, refused.Detail));
        using TlsPeer client = await waiting;
    }

    public void Dispose() => _tls.Dispose();
}
