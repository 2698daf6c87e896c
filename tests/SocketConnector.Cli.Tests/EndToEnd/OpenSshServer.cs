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

    /// <param name="home">Where it runs, on the loopback there; on the machine itself without one.</param>
    public static async Task<OpenSshServer> StartAsync(NetworkNamespace? home = null)
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
        string[] arguments = ["-D", "-e", "-f", Own("sshd_config")];
        ChildProcess server = home?.Run(sshd, arguments) ?? ChildProcess.Start(sshd, arguments);
        await server.ErrorLineAsync("Server listening on 127.0.0.1");
        return new OpenSshServer(server, folder, port);
    }

    /// <summary>ssh or scp, with the test's key and nobody's configuration.</summary>
    public ChildProcess Client(string name, params IEnumerable<string> arguments) => ChildProcess.Start(Tool.Find(name), [.. Own(), .. arguments]);

    /// <summary>The same in a home.</summary>
    public ChildProcess Client(NetworkNamespace home, string name, params IEnumerable<string> arguments) => home.Run(Tool.Find(name), [.. Own(), .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await _sshd.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private string[] Own() =>
    [
        "-F", "none",
        "-i", Path.Combine(Folder, "user_key"),
        "-o", "BatchMode=yes",
        "-o", "IdentitiesOnly=yes",
        "-o", "StrictHostKeyChecking=no",
        "-o", $"UserKnownHostsFile={Path.Combine(Folder, "known_hosts")}",
    ];

    private static async Task MakeKeyAsync(string path)
    {
        await using ChildProcess keygen = ChildProcess.Start(Tool.Find("ssh-keygen"), ["-q", "-t", "ed25519", "-N", "", "-f", path]);
        await keygen.ExpectExitAsync(0);
    }
}
