using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Tls;

/// <summary>A certificate whose files change while it is in use.</summary>
public sealed class CertificateFilesTests : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("certificates").FullName;
    private readonly TestAuthority _authority = new();
    private readonly TestServer _target = new();
    private readonly ManualClock _clock = new();
    private readonly LogCollector _log = new(Microsoft.Extensions.Logging.LogLevel.Information);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task B94_A_pair_that_was_rewritten_is_used_by_new_handshakes_and_connections_live_on()
    {
        using X509Certificate2 first = _authority.Issue("localhost"), second = _authority.Issue("localhost");
        (string certificate, string key) = TestAuthority.Write(first, _folder);
        await using Connector connector = await StartAsync(certificate, key);
        using TlsPeer old = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority);
        using TestPeer upstream = await _target.AcceptAsync();
        TestAuthority.Write(second, _folder);
        _clock.Advance(_interval);
        await AssertShownAsync(connector, second);
        await old.WriteAsync("alive");
        Assert.Equal("alive", await upstream.ReadTextAsync(5));
        await _log.FirstAsync("tls.crt has changed");
    }

    [Fact]
    public async Task B94_A_link_to_a_folder_that_is_swapped_is_followed()
    {
        using X509Certificate2 first = _authority.Issue("localhost"), second = _authority.Issue("localhost");
        string one = Directory.CreateDirectory(Path.Combine(_folder, "one")).FullName, two = Directory.CreateDirectory(Path.Combine(_folder, "two")).FullName, link = Path.Combine(_folder, "data");
        TestAuthority.Write(first, one);
        TestAuthority.Write(second, two);
        File.CreateSymbolicLink(link, one);
        await using Connector connector = await StartAsync(Path.Combine(link, "tls.crt"), Path.Combine(link, "tls.key"));
        await AssertShownAsync(connector, first);
        Directory.Delete(link);
        File.CreateSymbolicLink(link, two);
        _clock.Advance(_interval);
        await AssertShownAsync(connector, second);
    }

    [Theory]
    [InlineData("key")]
    [InlineData("garbage")]
    [InlineData("gone")]
    [InlineData("cut")]
    public async Task B94_A_pair_that_does_not_fit_leaves_the_one_before_in_use_and_says_so_once(string how)
    {
        using X509Certificate2 first = _authority.Issue("localhost"), second = _authority.Issue("localhost");
        (string certificate, string key) = TestAuthority.Write(first, _folder);
        await using Connector connector = await StartAsync(certificate, key);
        switch (how)
        {
            case "key":
                await File.WriteAllTextAsync(certificate, second.ExportCertificatePem(), Cancelled);
                break;
            case "garbage":
                await File.WriteAllTextAsync(key, "-----BEGIN NOTHING-----", Cancelled);
                break;
            case "cut":
                TestAuthority.Write(second, _folder);
                await File.AppendAllTextAsync(certificate, "\n" + _authority.Certificate.ExportCertificatePem()[..^10], Cancelled);
                break;
            default:
                File.Delete(certificate);
                break;
        }

        _clock.Advance(_interval);
        await AssertShownAsync(connector, first);
        _clock.Advance(_interval);
        await AssertShownAsync(connector, first);
        await _log.FirstAsync("the certificate before stays in use");
        Assert.Single(_log.Entries, entry => entry.Message.Contains("the certificate before stays in use", StringComparison.Ordinal));

        TestAuthority.Write(second, _folder);
        _clock.Advance(_interval);
        await AssertShownAsync(connector, second);
    }

    [Fact]
    public async Task B94_A_chain_that_has_become_shorter_is_used_once_it_stays_so()
    {
        using var between = new TestAuthority("Between", _authority);
        using X509Certificate2 first = between.Issue("localhost"), second = _authority.Issue("localhost");
        (string certificate, string key) = TestAuthority.Write(first, _folder);
        await File.AppendAllTextAsync(certificate, "\n" + between.Certificate.ExportCertificatePem(), Cancelled);
        await using Connector connector = await StartAsync(certificate, key);
        await AssertShownAsync(connector, first);
        TestAuthority.Write(second, _folder);
        _clock.Advance(_interval);
        await AssertShownAsync(connector, first);
        _clock.Advance(_interval);
        await AssertShownAsync(connector, second);
    }

    [Fact]
    public async Task B94_It_is_not_looked_at_for_every_handshake()
    {
        using X509Certificate2 first = _authority.Issue("localhost"), second = _authority.Issue("localhost");
        (string certificate, string key) = TestAuthority.Write(first, _folder);
        await using Connector connector = await StartAsync(certificate, key);
        TestAuthority.Write(second, _folder);
        _clock.Advance(_interval - TimeSpan.FromTicks(1));
        await AssertShownAsync(connector, first);
    }

    [Fact]
    public async Task What_cannot_be_used_at_the_start_fails_it_and_leaves_nothing_open()
    {
        using X509Certificate2 first = _authority.Issue("localhost"), second = _authority.Issue("localhost");
        (string certificate, string key) = TestAuthority.Write(first, _folder);
        IOException missing = await Assert.ThrowsAnyAsync<IOException>(() => StartAsync(Path.Combine(_folder, "none.crt"), key));
        Assert.Equal($"Cannot read the certificate file {Path.Combine(_folder, "none.crt")}: there is no such file", missing.Message);
        string none = Path.Combine(_folder, "none.key");
        Assert.Equal($"Cannot read the key file {none}: there is no such file", (await Assert.ThrowsAnyAsync<IOException>(() => StartAsync(certificate, none))).Message);
        Assert.Equal($"Cannot read the key file {_folder}: it is a directory", (await Assert.ThrowsAnyAsync<IOException>(() => StartAsync(certificate, _folder))).Message);
        CryptographicException noKey = await Assert.ThrowsAsync<CryptographicException>(() => StartAsync(certificate, certificate));
        Assert.StartsWith($"Cannot use the certificate {certificate}: ", noKey.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", noKey.Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(certificate, second.ExportCertificatePem(), Cancelled);
        CryptographicException other = await Assert.ThrowsAsync<CryptographicException>(() => StartAsync(certificate, key));
        Assert.StartsWith($"Cannot use the certificate {certificate} with the key {key}: ", other.Message, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _target.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AssertShownAsync(Connector connector, X509Certificate2 expected)
    {
        using TlsPeer client = await TlsPeer.ConnectAsync(connector.EndPointA!, _authority);
        Assert.Equal(expected.Thumbprint, ((X509Certificate2)client.Stream.RemoteCertificate!).Thumbprint);
    }

    private Task<Connector> StartAsync(string certificate, string key) => Connector.ServerToSocketAsync(
        new ListenOptions(IPAddress.Loopback, 0) { Tls = new TlsListenOptions(new TlsCertificateFiles(certificate, key)) },
        new ConnectOptions(_target.EndPoint),
        Patient.Options with { TimeProvider = _clock, LoggerFactory = _log },
        Cancelled);
}
