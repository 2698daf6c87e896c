using SocketConnector.TestKit;

namespace SocketConnector.Tests.Tls;

public sealed class OptionalTlsTests : IDisposable
{
    private readonly TlsFixture _tls = new();

    private ListenOptions Optional => _tls.Listening with { Tls = _tls.Listening.Tls! with { AllowPlaintext = true } };

    public void Dispose() => _tls.Dispose();

    [Fact]
    public async Task Who_begins_with_TLS_gets_it_and_who_does_not_is_relayed_as_it_is()
    {
        await using Connector connector = await _tls.StartOutsideAsync(listening: Optional);
        (TlsPeer secret, TestPeer one) = await _tls.ConnectOutsideAsync(connector);
        using (secret)
        using (one)
        {
            await secret.WriteAsync("secret");
            Assert.Equal("secret", await one.ReadTextAsync(6));
        }

        using TestPeer open = await TestPeer.ConnectAsync(connector.EndPointA!);
        await open.WriteAsync("open");
        using TestPeer other = await _tls.Target.AcceptAsync();
        Assert.Equal("open", await other.ReadTextAsync(4));
        await other.WriteAsync("back");
        Assert.Equal("back", await open.ReadTextAsync(4));
        Assert.Single(connector.GetConnections(), each => each.PeerA.Tls is null);
    }

    [Fact]
    public async Task Who_says_nothing_is_turned_away_in_time_and_who_leaves_is_not_joined()
    {
        var clock = new ManualClock();
        await using Connector connector = await _tls.StartOutsideAsync(_tls.Options with { TimeProvider = clock }, Optional);
        using TestPeer silent = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => clock.ActiveTimers > 0);
        clock.Advance(_tls.Options.AdmissionTimeout);
        Assert.Equal(CloseReason.AdmissionTimeout, (await _tls.RefusedAsync()).Closed!.Reason);

        using TestPeer leaving = await TestPeer.ConnectAsync(connector.EndPointA!);
        leaving.EndHalf();
        Assert.Equal(CloseReason.PeerReset, (await _tls.RefusedAsync()).Closed!.Reason);
        Assert.Equal(0, connector.GetStats().SocketPairs);
    }
}
