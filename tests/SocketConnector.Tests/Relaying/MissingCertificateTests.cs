using System.Net;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Relaying;

/// <summary>A certificate file that is gone when somebody is dialled.</summary>
public sealed class MissingCertificateTests : IDisposable
{
    private readonly TestServer _target = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private ConnectOptions Missing => new(_target.EndPoint)
    {
        Tls = new TlsConnectOptions { CertificateFiles = new TlsCertificateFiles(Path.Combine(AppContext.BaseDirectory, "there-is-none.pem")) },
    };

    [Fact]
    public async Task B80_A_join_fails_before_it_connects_and_the_connector_can_be_disposed()
    {
        Connector connector = await Connector.ServerToServerAsync(new ListenOptions(IPAddress.Loopback, 0), new ListenOptions(IPAddress.Loopback, 0), Patient.Options, Cancelled);
        await Assert.ThrowsAsync<IOException>(() => connector.JoinAsync(Missing, new ConnectOptions(_target.EndPoint), Cancelled));
        await connector.DisposeAsync().AsTask().InTimeAsync();
        await NobodyCameAsync();
    }

    [Fact]
    public async Task B80_A_dial_fails_before_it_connects_and_the_dialer_can_be_disposed()
    {
        var dialer = new PeerDialer(Patient.Options);
        await Assert.ThrowsAsync<IOException>(() => dialer.ConnectAsync(Side.A, Missing, cancellationToken: Cancelled));
        await dialer.DisposeAsync().AsTask().InTimeAsync();
        await NobodyCameAsync();
    }

    public void Dispose() => _target.Dispose();

    /// <summary>The first to be accepted is one that the test connects.</summary>
    private async Task NobodyCameAsync()
    {
        using TestPeer own = await TestPeer.ConnectAsync(_target.EndPoint);
        using TestPeer first = await _target.AcceptAsync();
        await own.WriteAsync("mine");
        Assert.Equal("mine", await first.ReadTextAsync(4));
    }
}
