using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Sockets;

/// <summary>Who owns the file of a Unix socket, and who may take its place.</summary>
public sealed class UnixSocketFileTests : IDisposable
{
    private static readonly ListenOptions _any = new(IPAddress.Loopback, 0);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("socketconnector-");

    private string Path => System.IO.Path.Combine(_folder.FullName, "a.sock");

    private UnixDomainSocketEndPoint EndPoint => new(Path);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B06_A_file_on_which_nobody_listens_any_more_is_replaced()
    {
        LeaveStale();

        await using (Connector connector = await StartAsync())
        {
            using TestPeer client = await TestPeer.ConnectAsync(EndPoint);
            await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
            Assert.Equal([Path], Directory.GetFileSystemEntries(_folder.FullName));
        }

        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Theory]
    [InlineData("it listens")]
    [InlineData("its queue is full")]
    [InlineData("it does not listen yet")]
    [InlineData("it takes datagrams")]
    public async Task B06_A_socket_that_another_program_has_is_left_alone_and_sees_nothing_of_it(string state)
    {
        using Socket other = Bind(Path, state == "it takes datagrams" ? SocketType.Dgram : SocketType.Stream);
        var waiting = new List<TestPeer>();
        if (state is "it listens" or "its queue is full")
        {
            other.Listen(1);
        }

        for (int i = 0; state == "its queue is full" && i < 2; i++)
        {
            waiting.Add(await TestPeer.ConnectAsync(EndPoint));
        }

        SocketException error = await Assert.ThrowsAsync<SocketException>(StartAsync);

        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        Assert.Equal($"Cannot listen on unix:{Path}: the address is in use: another program listens there", error.Message);
        Assert.True(state != "it listens" || !other.Poll(0, SelectMode.SelectRead), "it has a client that is none");
        Assert.Equal([Path], Directory.GetFileSystemEntries(_folder.FullName));
        waiting.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("a directory is there")]
    [InlineData("a file that is not a socket is there")]
    [InlineData("a file that is not a socket is there", true)]
    public async Task B06_What_is_no_socket_is_never_removed(string expected, bool isLink = false)
    {
        if (isLink)
        {
            File.CreateSymbolicLink(Path, System.IO.Path.Combine(_folder.FullName, "nowhere"));
        }
        else if (expected.Contains("directory", StringComparison.Ordinal))
        {
            Directory.CreateDirectory(Path);
        }
        else
        {
            await File.WriteAllTextAsync(Path, "dear", TestContext.Current.CancellationToken);
        }

        SocketException error = await Assert.ThrowsAsync<SocketException>(StartAsync);

        Assert.Equal($"Cannot listen on unix:{Path}: {expected}", error.Message);
        Assert.Equal([Path], Directory.GetFileSystemEntries(_folder.FullName));
    }

    [Fact]
    public async Task B01_A_newer_program_s_file_is_not_removed_at_the_end()
    {
        Connector connector = await StartAsync();
        File.Delete(Path);
        using Socket newer = Bind(Path);
        newer.Listen();

        await connector.DisposeAsync();

        using TestPeer client = await TestPeer.ConnectAsync(EndPoint);
        Assert.True(newer.Poll(0, SelectMode.SelectRead));
    }

    [Fact]
    public async Task B01_Once_one_has_stopped_listening_the_next_one_can_start_while_connections_finish()
    {
        await using Connector first = await StartAsync();
        using TestPeer a = await TestPeer.ConnectAsync(EndPoint);
        using TestPeer b = await TestPeer.ConnectAsync(first.EndPointB!);
        await Eventually.TrueAsync(() => first.GetConnections().Count == 1);
        await Assert.ThrowsAsync<SocketException>(StartAsync);
        Task draining = first.StopAsync(TestContext.Current.CancellationToken);
        await using Connector second = await StartAsync();

        await a.WriteAsync("old");
        Assert.Equal("old", await b.ReadTextAsync(3));
        a.Dispose();
        b.Dispose();
        await draining.InTimeAsync();
        using TestPeer next = await TestPeer.ConnectAsync(EndPoint);
        await Eventually.TrueAsync(() => second.GetPending(Side.A).Count == 1);
    }

    [Fact]
    public async Task B06_Of_many_that_start_at_once_over_a_stale_file_one_listens()
    {
        for (int round = 0; round < 20; round++)
        {
            LeaveStale();
            using var together = new Barrier(4);
            Task<Connector?>[] starts = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => TryStartAsync(together), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap())];
            Connector[] started = [.. (await Task.WhenAll(starts).InTimeAsync()).OfType<Connector>()];
            Connector only = Assert.Single(started);
            using (TestPeer client = await TestPeer.ConnectAsync(EndPoint))
            {
                await Eventually.TrueAsync(() => only.GetPending(Side.A).Count == 1);
            }

            await only.DisposeAsync();
            Assert.Empty(_folder.GetFileSystemInfos());
        }
    }

    [Fact]
    public async Task A_start_that_fails_later_leaves_no_file()
    {
        using var taken = new TestServer();

        await Assert.ThrowsAsync<SocketException>(() => Connector.ServerToServerAsync(
            new ListenOptions(EndPoint), new ListenOptions(taken.EndPoint), Patient.Options, TestContext.Current.CancellationToken));

        Assert.Empty(_folder.GetFileSystemInfos());
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)]
    public async Task Permissions_are_as_asked_for(UnixFileMode mode)
    {
        await using Connector connector = await StartAsync(new ListenOptions(EndPoint) { UnixMode = mode });

        Assert.Equal(mode, OperatingSystem.IsWindows() ? mode : File.GetUnixFileMode(Path));
    }

    [Fact]
    public async Task Owner_and_group_are_as_asked_for_by_name_or_number()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root may give a file away");

        await using (await StartAsync(new ListenOptions(EndPoint) { UnixOwner = "nobody", UnixGroup = "4711" }))
        {
            Assert.Equal("nobody 4711", await OwnerAsync());
        }

        await using (await StartAsync(new ListenOptions(EndPoint) { UnixOwner = "4712", UnixGroup = "daemon" }))
        {
            Assert.Equal("UNKNOWN 1", await OwnerAsync());
        }
    }

    [Theory]
    [InlineData(true, "there is no user 'no-such-name'")]
    [InlineData(false, "there is no group 'no-such-name'")]
    public async Task B06_A_name_that_nobody_has_is_told_and_nothing_is_made(bool isUser, string expected)
    {
        ListenOptions options = isUser ? new(EndPoint) { UnixOwner = "no-such-name" } : new(EndPoint) { UnixGroup = "no-such-name" };

        SocketException error = await Assert.ThrowsAsync<SocketException>(() => StartAsync(options));

        Assert.Equal($"Cannot listen on unix:{Path}: {expected}", error.Message);
        Assert.Empty(_folder.GetFileSystemInfos());
    }

    private static Socket Bind(string path, SocketType type = SocketType.Stream)
    {
        var socket = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static async Task<Connector?> TryAsync(Func<Task<Connector>> start)
    {
        try
        {
            return await start();
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return null;
        }
    }

    private Task<Connector?> TryStartAsync(Barrier together)
    {
        together.SignalAndWait();
        return TryAsync(StartAsync);
    }

    private Task<Connector> StartAsync() => StartAsync(new ListenOptions(EndPoint));

    private static Task<Connector> StartAsync(ListenOptions options) =>
        Connector.ServerToServerAsync(options, _any, Patient.Options, TestContext.Current.CancellationToken);

    /// <summary>As a program leaves it that is killed. Disposing the runtime's socket would remove the file.</summary>
    [SuppressMessage("Usage", "CA1816", Justification = "Its finalizer would remove it too.")]
    private void LeaveStale()
    {
        Socket killed = Bind(Path);
        killed.Listen();
        killed.SafeHandle.Dispose();
        GC.SuppressFinalize(killed);
        Assert.True(File.Exists(Path));
    }

    private async Task<string> OwnerAsync()
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%U %g", Path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        return (await stat.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).InTimeAsync()).Trim();
    }
}
