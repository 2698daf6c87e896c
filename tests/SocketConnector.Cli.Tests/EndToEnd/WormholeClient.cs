using SocketConnector.Cli.Tests.Processes;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>A client of magic-wormhole, Python's or Go's, that sends a file or receives one.</summary>
/// <param name="mailbox">Where the two find each other.</param>
/// <param name="transit">The relay, as <c>address:port</c>; Go's knows one alone, by its name, which <paramref name="hosts"/> translates.</param>
/// <param name="hosts">A file to take the place of <c>/etc/hosts</c>.</param>
internal sealed class WormholeClient(MailboxServer mailbox, string transit, string hosts)
{
    /// <summary>The relay of Go's client, which has no option for another.</summary>
    public const string GoTransitHost = "transit.magic-wormhole.io";

    /// <summary>The port of that.</summary>
    public const int GoTransitPort = 4001;

    private const string Code = "1-guitarist-revenge";

    // Python's needs a locale of UTF-8.
    private static readonly Dictionary<string, string> _environment = new(StringComparer.Ordinal) { ["LC_ALL"] = "C.UTF-8" };

    /// <summary>Sends by Python's client, on the machine itself.</summary>
    public ChildProcess SendByPython(string file) => ChildProcess.Start(Tool.Find("wormhole"), PythonSending(file), environment: _environment);

    /// <summary>Receives by Python's client, on the machine itself.</summary>
    public ChildProcess ReceiveByPython(string file) => ChildProcess.Start(Tool.Find("wormhole"), PythonReceiving(file), environment: _environment);

    /// <summary>Sends a file from a home.</summary>
    public ChildProcess Send(bool isGo, NetworkNamespace home, string file) =>
        Run(home, file, isGo ? [.. Go, "send", "--hide-progress", "--code", Code, file] : [Tool.Find("wormhole"), .. PythonSending(file)]);

    /// <summary>Receives it in another, under its own name.</summary>
    public async Task<ChildProcess> ReceiveAsync(bool isGo, NetworkNamespace home, string file)
    {
        ChildProcess receiving = Run(home, file, isGo ? [.. Go, "receive", "--hide-progress", Code] : [Tool.Find("wormhole"), .. PythonReceiving(file)]);
        if (isGo)
        {
            // Go's asks whether to take the file.
            await receiving.Input.WriteAsync("y\n");
            await receiving.Input.FlushAsync();
        }

        return receiving;
    }

    private string[] Go => [Tool.Find("wormhole-william"), "--relay-url", mailbox.Url];

    private string[] Python => ["--relay-url", mailbox.Url, "--transit-helper", $"tcp:{transit}"];

    private string[] PythonSending(string file) => [.. Python, "send", "--no-listen", "--hide-progress", "--code", Code, file];

    private string[] PythonReceiving(string file) => [.. Python, "receive", "--no-listen", "--hide-progress", "--accept-file", "-o", file, Code];

    /// <summary>In the folder of the file, since Go's puts there what it receives.</summary>
    private ChildProcess Run(NetworkNamespace home, string file, string[] command) => home.Run(
        "sh",
        [
            "-c", "mount --bind \"$1\" /etc/hosts && cd \"$2\" && shift 2 && LC_ALL=C.UTF-8 exec \"$@\"",
            "sh", hosts, Path.GetDirectoryName(file)!, .. command,
        ]);
}
