using System.Globalization;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>An sshd of the test's own: its keys, its configuration and its port, for the user who runs the test.</summary>
internal sealed class OpenSshServer : IAsyncDisposable
{
    // Compiled into Debian's sshd; the package's own start-up makes it.
    private const string PrivilegeSeparation = "/run/sshd";

    private readonly ChildProcess _sshd;
    private readonly DirectoryInfo _folder;

    private OpenSshServer(ChildProcess sshd, DirectoryInfo folder, int port) => (_sshd, _folder, Port) = (sshd, folder, port);

    public int Port { get; }

    /// <summary>For the test's files too.</summary>
    public string Folder => _folder.FullName;

    public string Told => _sshd.Told;

    public static async Task<OpenSshServer> StartAsync()
    {
        string sshd = Tool.Find("sshd");
        DirectoryInfo folder = Directory.CreateTempSubdirectory("socketconnector-ssh");
        string Own(string name) => Path.Combine(folder.FullName, name);
        await MakeKeyAsync(Own("host_key"));
        await MakeKeyAsync(Own("user_key"));
        File.Copy(Own("user_key.pub"), Own("authorized_keys"));
        if (Environment.IsPrivilegedProcess)
        {
            Directory.CreateDirectory(PrivilegeSeparation);
        }

        int port = TestServer.RefusingPort();
        await File.WriteAllLinesAsync(Own("sshd_config"),
        [
            string.Create(CultureInfo.InvariantCulture, $"ListenAddress 127.0.0.1:{port}"),
            $"HostKey {Own("host_key")}",
            $"AuthorizedKeysFile {Own("authorized_keys")}",
            "PidFile none",
            "UsePAM no",
            "StrictModes no",
            "PasswordAuthentication no",
            "PermitRootLogin prohibit-password",
            "Subsystem sftp internal-sftp",
        ]);
        ChildProcess server = ChildProcess.Start(sshd, ["-D", "-e", "-f", Own("sshd_config")]);
        await server.ErrorLineAsync("Server listening on 127.0.0.1");
        return new OpenSshServer(server, folder, port);
    }

    /// <summary>ssh or scp, with the test's key and nobody's configuration.</summary>
    public ChildProcess Client(string name, params IEnumerable<string> arguments) => ChildProcess.Start(
        Tool.Find(name),
        [
            "-F", "none",
            "-i", Path.Combine(Folder, "user_key"),
            "-o", "BatchMode=yes",
            "-o", "IdentitiesOnly=yes",
            "-o", "StrictHostKeyChecking=no",
            "-o", $"UserKnownHostsFile={Path.Combine(Folder, "known_hosts")}",
            .. arguments,
        ]);

    public async ValueTask DisposeAsync()
    {
        await _sshd.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task MakeKeyAsync(string path)
    {
        await using ChildProcess keygen = ChildProcess.Start(Tool.Find("ssh-keygen"), ["-q", "-t", "ed25519", "-N", "", "-f", path]);
        await keygen.ExpectExitAsync(0);
    }
}
