using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Certificates that will not do at the start, and what is warned of.</summary>
public sealed class TlsStartTests : IDisposable
{
    private readonly TlsFiles _files = new();

    // Root may read everything.
    public static TheoryData<string> Kinds =>
        ["missing certificate", "missing key", "other key", "no key", "garbage", "a directory", .. Environment.IsPrivilegedProcess ? [] : (string[])["unreadable"]];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task B71_A_certificate_that_will_not_do_is_told_in_one_line_and_nothing_listens(string kind)
    {
        int port = TestServer.RefusingPort();
        (string arguments, string expected) = Arrange(kind);
        await using ChildProcess program = TheProgram.Start("server-to-socket", $"tls:127.0.0.1:{port},{arguments}", "127.0.0.1:1");
        await program.ExpectExitAsync(1);
        string line = Assert.Single(program.Errors);
        Assert.StartsWith($"socketconnector: {expected}", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", line, StringComparison.Ordinal);
        Assert.Empty(await program.ReadLinesToEndAsync());
    }

    [Fact]
    public async Task B71_The_certificate_of_a_side_that_connects_out_is_looked_at_before_anything_listens()
    {
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", $"tls:127.0.0.1:1,cert={_files.ClientCertificate},key={_files.Key}");
        await program.ExpectExitAsync(1);
        Assert.StartsWith($"socketconnector: Cannot use the certificate {_files.ClientCertificate} with the key {_files.Key}: ", Assert.Single(program.Errors), StringComparison.Ordinal);
        Assert.Empty(await program.ReadLinesToEndAsync());
    }

    [Fact]
    public async Task B92_A_side_that_checks_nothing_is_warned_of_at_each_start()
    {
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", "tls:127.0.0.1:1,insecure");
        await program.ListeningAsync(Side.A);
        await program.ErrorLineAsync("socketconnector: warning: side B does not verify certificates: anyone on the path can read and change the relayed data");
        await program.StopAsync();
    }

    [Fact]
    public async Task B71_A_user_without_a_home_can_have_certificates()
    {
        // A user that no file of accounts knows, as systemd makes them for a service.
        string[] homeless = ["--user", "--map-user=54321", "env", "-u", "HOME"];
        string unshare = Tool.Find("unshare");
        await using (ChildProcess trial = ChildProcess.Start(unshare, [.. homeless, "true"]))
        {
            Assert.SkipUnless(await trial.ExitAsync() == 0, "no user namespaces are to be had here");
        }

        await using ChildProcess program = TheProgram.StartBy(unshare, homeless, "server-to-socket", $"tls:127.0.0.1:0,cert={_files.Certificate},key={_files.Key}", "127.0.0.1:1");
        await program.ListeningAsync(Side.A);
        await program.StopAsync();
    }

    public void Dispose() => _files.Dispose();

    private (string Arguments, string Expected) Arrange(string kind)
    {
        string missing = Path.Combine(_files.Folder, "none.pem");
        switch (kind)
        {
            case "missing certificate":
                return ($"cert={missing},key={_files.Key}", $"Cannot read the certificate file {missing}: there is no such file");
            case "missing key":
                return ($"cert={_files.Certificate},key={missing}", $"Cannot read the key file {missing}: there is no such file");
            case "other key":
                return ($"cert={_files.Certificate},key={_files.ClientKey}", $"Cannot use the certificate {_files.Certificate} with the key {_files.ClientKey}: ");
            case "no key":
                return ($"cert={_files.Certificate}", $"Cannot use the certificate {_files.Certificate}: ");
            case "garbage":
                File.WriteAllText(missing, "-----BEGIN CERTIFICATE-----\nnot so\n-----END CERTIFICATE-----\n");
                return ($"cert={missing},key={_files.Key}", $"Cannot use the certificate {missing} with the key {_files.Key}: ");
            case "a directory":
                return ($"cert={_files.Folder},key={_files.Key}", $"Cannot read the certificate file {_files.Folder}: it is a directory");
            default:
                Permissions.Set(_files.Key, UnixFileMode.None);
                return ($"cert={_files.Certificate},key={_files.Key}", $"Cannot read the key file {_files.Key}: permission denied");
        }
    }
}
