using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

public sealed class TlsOptionalTests : IDisposable
{
    private readonly TlsFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task B92_One_port_takes_clients_with_TLS_and_without()
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.Start("server-to-socket", _files.Listen(",tls-optional"), server.EndPoint.ToString());
        int port = await program.ListeningAsync(Side.A);

        using TestPeer plain = await ProgramPair.DialAsync(port);
        await plain.WriteAsync("plain");
        using TestPeer ofPlain = await server.AcceptAsync();
        Assert.Equal("plain", await ofPlain.ReadTextAsync(5));

        using TestPeer secret = await ProgramPair.DialAsync(port);
        await using var tls = new SslStream(new NetworkStream(secret.Socket), leaveInnerStreamOpen: false);
        await tls.AuthenticateAsClientAsync(Trusting(_files.Authority), TestContext.Current.CancellationToken).InTimeAsync();
        await tls.WriteAsync("secret"u8.ToArray(), TestContext.Current.CancellationToken);
        using TestPeer ofSecret = await server.AcceptAsync();
        Assert.Equal("secret", await ofSecret.ReadTextAsync(6));
        await ofSecret.WriteAsync("answer");
        byte[] answer = new byte[6];
        await tls.ReadExactlyAsync(answer, TestContext.Current.CancellationToken).AsTask().InTimeAsync();
        Assert.Equal("answer", Encoding.ASCII.GetString(answer));
    }

    [Fact]
    public async Task B92_Without_it_a_client_that_does_not_speak_TLS_is_refused()
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.Start("server-to-socket", _files.Listen(), server.EndPoint.ToString());
        using TestPeer plain = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));
        await plain.WriteAsync("GET / HTTP/1.0\r\n\r\n");
        await program.ErrorLineAsync("the peer does not speak TLS");
        Assert.False(server.HasWaiting);
    }

    private static SslClientAuthenticationOptions Trusting(string authority)
    {
        var trusted = new X509Certificate2Collection();
        trusted.ImportFromPemFile(authority);
        return new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = TlsTrust.PolicyOf(trusted) };
    }
}
