using System.Net;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>A network namespace of the test's own: interfaces, routes and sockets apart from the machine's. Removed when disposed.</summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private const int NetworkAlone = 0x40000000; // CLONE_NEWNET of sched.h

    private static int _made;

    private readonly string _ip;
    private readonly string _name;

    private NetworkNamespace(string ip, string name) => (_ip, _name) = (ip, name);

    /// <summary>Makes one, with its loopback; skips the test where that is not allowed.</summary>
    public static async Task<NetworkNamespace> CreateAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "network namespaces are Linux's");
        string ip = Tool.Find("ip");
        string name = $"socketconnector-{Environment.ProcessId}-{Interlocked.Increment(ref _made)}";
        await using ChildProcess adding = ChildProcess.Start(ip, ["netns", "add", name]);
        int code = await adding.ExitAsync();
        Assert.SkipUnless(code == 0, $"no network namespace can be made here: {string.Join(' ', adding.Errors)}");
        var made = new NetworkNamespace(ip, name);
        try
        {
            await made.ConfigureAsync("link set lo up");
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Joins two by a cable.</summary>
    /// <param name="name">The name of the interface here.</param>
    /// <param name="other">Where its other end is.</param>
    /// <param name="otherName">The name of the interface there.</param>
    public Task CableAsync(string name, NetworkNamespace other, string otherName) =>
        ConfigureAsync($"link add {name} type veth peer name {otherName} netns {other._name}", $"link set {name} up");

    /// <summary>Gives these commands to <c>ip</c>.</summary>
    public Task ConfigureAsync(params string[] commands) => SucceedAsync(ChildProcess.Start(_ip, ["-n", _name, "-batch", "-"]), commands);

    /// <summary>Forwards between its interfaces, by rules of nftables.</summary>
    public async Task ForwardAsync(string rules)
    {
        await SucceedAsync(Run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"));
        await SucceedAsync(Run(Tool.Find("nft"), "-f", "-"), rules);
    }

    /// <summary>Starts a program in it.</summary>
    public ChildProcess Run(string program, params IEnumerable<string> arguments) => ChildProcess.Start(_ip, [.. Before(program), .. arguments]);

    /// <summary>Starts the program that these tests are about in it.</summary>
    public ChildProcess Start(params IEnumerable<string> arguments) => TheProgram.StartBy(_ip, Before(), arguments);

    /// <summary>A listening socket of the test in it.</summary>
    public Task<TestServer> ListenAsync(IPAddress? address = null) => InsideAsync(() => new TestServer(address: address));

    /// <summary>A connection of the test from it.</summary>
    public async Task<TestPeer> ConnectAsync(EndPoint endPoint) => await await InsideAsync(() => TestPeer.ConnectAsync(endPoint));

    public async ValueTask DisposeAsync() => await SucceedAsync(ChildProcess.Start(_ip, ["netns", "delete", _name]));

    private static async Task SucceedAsync(ChildProcess program, params string[] lines)
    {
        await using ChildProcess own = program;
        foreach (string line in lines)
        {
            await program.Input.WriteAsync($"{line}\n");
        }

        program.Input.Close();
        await program.ExpectExitAsync(0);
    }

    private string[] Before(params string[] program) => ["netns", "exec", _name, .. program];

    /// <summary>On a thread that is in it. A socket stays where it was made, whatever thread uses it.</summary>
    private Task<T> InsideAsync<T>(Func<T> make)
    {
        var made = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                using SafeFileHandle space = File.OpenHandle($"/run/netns/{_name}", share: FileShare.ReadWrite);
                if (setns(space, NetworkAlone) != 0)
                {
                    throw new IOException($"setns: {Marshal.GetLastPInvokeErrorMessage()}");
                }

                made.SetResult(make());
            }
            catch (Exception error)
            {
                made.SetException(error);
            }
        });
        thread.Start();
        return made.Task;
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setns(SafeFileHandle space, int kind);
}
