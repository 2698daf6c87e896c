using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>A key that is pinned is trusted whoever has signed it, and no other is.</summary>
public sealed class PinTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pin-").FullName;
    private readonly TestAuthority _authority = new();
    private readonly X509Certificate2 _pinned = TestAuthority.SelfSigned("elsewhere");
    private readonly X509Certificate2 _other = TestAuthority.SelfSigned("elsewhere");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B92_A_target_with_another_key_than_the_pinned_is_refused(bool isPinned)
    {
        using var target = new TestServer();
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", $"tls:{target.EndPoint},pin={Pin(_pinned)}");
        using TestPeer client = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));
        if (isPinned)
        {
            using TlsPeer upstream = await TlsPeer.AcceptAsync(await target.AcceptAsync(), _pinned);
            await client.WriteAsync("hello");
            Assert.Equal("hello", await upstream.ReadTextAsync(5));
            return;
        }

        Assert.Equal(TlsRefusal.End, await TlsRefusal.OfServerAsync(await target.AcceptAsync(), new SslServerAuthenticationOptions { ServerCertificate = _other }));
        Assert.NotNull((await client.ReadToWhateverEndAsync()).Error);
        await program.LineAsync("TLS failed on side B: its certificate (CN=elsewhere) is self-signed and not trusted");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B92_A_client_with_another_key_than_the_pinned_is_refused(bool isPinned)
    {
        using X509Certificate2 mine = _authority.Issue("localhost");
        (string certificate, string key) = TestAuthority.Write(mine, _folder);
        using var target = new TestServer();
        await using ChildProcess program = TheProgram.Start(
            "server-to-socket", $"tls:127.0.0.1:0,cert={certificate},key={key},client-auth=require,pin={Pin(_pinned)}", target.EndPoint.ToString());
        var at = new IPEndPoint(IPAddress.Loopback, await program.ListeningAsync(Side.A));
        if (isPinned)
        {
            using TlsPeer client = await TlsPeer.ConnectAsync(at, _authority, _pinned);
            using TestPeer upstream = await target.AcceptAsync();
            await client.WriteAsync("hello");
            Assert.Equal("hello", await upstream.ReadTextAsync(5));
            return;
        }

        var asking = new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = _authority.Trust, ClientCertificates = [_other] };
        Assert.Equal(TlsRefusal.End, await TlsRefusal.OfClientAsync(at, asking));
        await program.LineAsync("TLS failed on side A: its certificate (CN=elsewhere) ");
        Assert.False(target.HasWaiting);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _pinned.Dispose();
        _other.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Pin(X509Certificate2 certificate) => $"sha256:{Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()))}";
}
