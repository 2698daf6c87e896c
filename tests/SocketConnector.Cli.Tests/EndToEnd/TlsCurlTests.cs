using System.Globalization;
using System.Net.NetworkInformation;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>curl over TLS, with nginx where the far side speaks TLS; and certificates that change under it.</summary>
[Collection(RealPrograms.Name)]
public sealed class TlsCurlTests : IDisposable
{
    private const int Size = 32 * 1024 * 1024;

    private readonly TlsFiles _files = new();

    [Theory]
    [InlineData("--tlsv1.2 --tls-max 1.2")]
    [InlineData("--tlsv1.3")]
    public async Task B92_curl_downloads_over_TLS_from_a_server_that_has_none(string version)
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.Start("server-to-socket", _files.Listen(), server.EndPoint.ToString());
        int port = await program.ListeningAsync(Side.A);
        byte[] body = RandomBytes.Of(seed: 443, Size);
        string file = Path.Combine(_files.Folder, "copy");
        await using ChildProcess curl = Curl($"https://localhost:{Text(port)}/file", ["--cacert", _files.Authority, "--resolve", $"localhost:{Text(port)}:127.0.0.1", "--output", file, .. version.Split(' ')]);
        using (TestPeer request = await server.AcceptAsync())
        {
            await AnswerAsync(request, body);
        }

        await curl.ExpectExitAsync(0, TimeSpan.FromMinutes(1));
        await AssertSameAsync(body, file);
    }

    [Fact]
    public async Task B92_curl_downloads_from_nginx_which_speaks_TLS()
    {
        int port = TestServer.RefusingPort();
        byte[] body = RandomBytes.Of(seed: 444, Size);
        await File.WriteAllBytesAsync(Path.Combine(_files.Folder, "file"), body, TestContext.Current.CancellationToken);
        await using ChildProcess nginx = await NginxAsync(port);
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", _files.Connect(port));
        int relay = await program.ListeningAsync(Side.A);
        string file = Path.Combine(_files.Folder, "copy");
        for (int round = 0; round < 3; round++)
        {
            await using ChildProcess curl = Curl($"http://127.0.0.1:{Text(relay)}/file", ["--output", file]);
            await curl.ExpectExitAsync(0, TimeSpan.FromMinutes(1));
            await AssertSameAsync(body, file);
        }
    }

    [Fact]
    public async Task B94_A_certificate_that_changes_under_clients_fails_no_handshake_and_is_seen_soon()
    {
        using var server = new TestServer();
        using var enough = new CancellationTokenSource();
        Task answering = AnswerAllAsync(server, enough.Token);
        await using ChildProcess program = TheProgram.Start("server-to-socket", _files.Listen(), server.EndPoint.ToString(), "--verbose");
        int port = await program.ListeningAsync(Side.A);
        string before = await VisitAsync(port);
        for (int renewal = 0; renewal < 2; renewal++)
        {
            string serial = _files.Renew();
            long begun = Environment.TickCount64;
            string seen = before;
            while (seen != serial)
            {
                Assert.True(Environment.TickCount64 - begun < 30_000, $"the new certificate is not used after 30 s: {program.Told}");
                seen = await VisitAsync(port);
                Assert.Contains(seen, new[] { before, serial });
            }

            before = serial;
        }

        await program.ErrorLineAsync("has changed");
        await enough.CancelAsync();
        server.Dispose();
        await answering;
    }

    public void Dispose() => _files.Dispose();

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private static ChildProcess Curl(string url, IEnumerable<string> options) =>
        ChildProcess.Start(Tool.Find("curl"), ["--silent", "--show-error", "--noproxy", "*", "--max-time", "60", .. options, url]);

    private static async Task AssertSameAsync(byte[] body, string file)
    {
        byte[] came = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        Assert.True(body.AsSpan().SequenceEqual(came), $"{came.Length} bytes came of {body.Length}, or other ones");
    }

    /// <summary>curl and s_client, one after the other.</summary>
    /// <returns>The serial number of the certificate that they saw last.</returns>
    private async Task<string> VisitAsync(int port)
    {
        await using ChildProcess curl = Curl($"https://localhost:{Text(port)}/", ["--cacert", _files.Authority, "--resolve", $"localhost:{Text(port)}:127.0.0.1"]);
        await curl.ExpectExitAsync(0);
        await using ChildProcess client = ChildProcess.Start(
            Tool.Find("openssl"),
            ["s_client", "-connect", $"127.0.0.1:{Text(port)}", "-servername", "localhost", "-CAfile", _files.Authority, "-verify_return_error"]);
        client.Input.Close();
        await client.ExpectExitAsync(0);
        string certificate = Path.Combine(_files.Folder, "seen.pem");
        string told = client.Told;
        int begin = told.IndexOf("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal), end = told.IndexOf("-----END CERTIFICATE-----", StringComparison.Ordinal);
        await File.WriteAllTextAsync(certificate, $"{told[begin..end]}-----END CERTIFICATE-----\n", TestContext.Current.CancellationToken);
        return System.Security.Cryptography.X509Certificates.X509CertificateLoader.LoadCertificateFromFile(certificate).SerialNumber;
    }

    private static async Task AnswerAllAsync(TestServer server, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            try
            {
                using TestPeer request = await server.AcceptAsync();
                await AnswerAsync(request, "ok"u8.ToArray());
            }
            catch (Exception error) when (error is System.Net.Sockets.SocketException or ObjectDisposedException)
            {
                // A client that has left, or enough.
            }
        }
    }

    /// <summary>One answer to one request; nothing to one that leaves without.</summary>
    private static async Task AnswerAsync(TestPeer client, byte[] body)
    {
        string request = "";
        while (!request.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            byte[] one = new byte[1];
            if (await client.Socket.ReceiveAsync(one).InTimeAsync() == 0)
            {
                return;
            }

            request += (char)one[0];
        }

        await client.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n"));
        await client.WriteAsync(body);
        client.EndHalf();
        await client.ReadToEndAsync(TimeSpan.FromMinutes(1));
    }

    private async Task<ChildProcess> NginxAsync(int port)
    {
        string file = Path.Combine(_files.Folder, "nginx.conf");
        await File.WriteAllTextAsync(
            file,
            $$"""
            daemon off;
            master_process off;
            pid {{_files.Folder}}/nginx.pid;
            error_log stderr;
            events { }
            http {
              access_log off;
              client_body_temp_path {{_files.Folder}}/body;
              proxy_temp_path {{_files.Folder}}/proxy;
              fastcgi_temp_path {{_files.Folder}}/fastcgi;
              uwsgi_temp_path {{_files.Folder}}/uwsgi;
              scgi_temp_path {{_files.Folder}}/scgi;
              server {
                listen 127.0.0.1:{{Text(port)}} ssl;
                server_name localhost;
                ssl_certificate {{_files.Certificate}};
                ssl_certificate_key {{_files.Key}};
                root {{_files.Folder}};
              }
            }

            """,
            TestContext.Current.CancellationToken);
        ChildProcess nginx = ChildProcess.Start(Tool.Find("nginx"), ["-e", "stderr", "-c", file, "-p", _files.Folder]);
        await Eventually.TrueAsync(
            () => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Any(endPoint => endPoint.Port == port)
                || (nginx.HasExited ? throw new InvalidOperationException(nginx.Told) : false),
            explain: () => nginx.Told);
        return nginx;
    }
}
