using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Admin.Tests;

/// <summary>Where the server listens, and what it leaves behind.</summary>
public sealed class ListeningTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("admin-");

    private UnixDomainSocketEndPoint EndPoint => new(Path.Join(_folder.FullName, "admin.sock"));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B133_Only_its_owner_may_open_the_socket_and_its_file_goes_with_the_server()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no modes");
        await using (AdminServer server = await StartAsync())
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(EndPoint.ToString()));
            }

            Assert.Equal(EndPoint.ToString(), server.EndPoint.ToString());
        }

        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public async Task B133_A_file_that_somebody_has_locked_is_left_alone_too()
    {
        await File.WriteAllTextAsync(EndPoint.ToString(), "mine", TestContext.Current.CancellationToken);
        await using (new FileStream(EndPoint.ToString(), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            await Assert.ThrowsAsync<IOException>(StartAsync);
        }

        Assert.Equal("mine", await File.ReadAllTextAsync(EndPoint.ToString(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void B133_An_abstract_name_which_every_user_could_connect_to_is_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has them");
        ArgumentException error = Assert.Throws<ArgumentException>(static () => new AdminOptions { EndPoint = new UnixDomainSocketEndPoint("\0admin") });
        Assert.Contains("must have a path", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B133_A_socket_on_which_nobody_listens_any_more_is_replaced()
    {
        LeaveStale();
        await using AdminServer server = await StartAsync();
        Assert.Equal(EndPoint.ToString(), server.EndPoint.ToString());
    }

    [Fact]
    public async Task B133_Of_many_that_start_at_once_over_a_stale_file_one_listens()
    {
        for (int round = 0; round < 20; round++)
        {
            LeaveStale();
            using var together = new Barrier(4);
            Task<AdminServer?>[] starts = [.. Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => TryStartAsync(together), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap())];
            AdminServer[] started = [.. (await Task.WhenAll(starts).InTimeAsync()).OfType<AdminServer>()];
            foreach (AdminServer server in started)
            {
                await server.DisposeAsync();
            }

            Assert.Single(started);
            Assert.Empty(_folder.GetFileSystemInfos());
        }
    }

    [Fact]
    public async Task B133_Another_user_cannot_connect_to_the_socket()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/bin/setpriv") && File.Exists("/usr/bin/curl"), "only root can be another user");
        await using AdminServer server = await StartAsync();
        Permit(_folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        Assert.NotEqual(0, await AskAsNobodyAsync());

        // Nothing else than the mode has kept it out.
        Permit(EndPoint.ToString(), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        Assert.Equal(0, await AskAsNobodyAsync());
    }

    [Fact]
    public async Task B133_A_stale_socket_of_another_user_is_replaced_by_one_that_is_closed_to_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/bin/setpriv") && File.Exists("/usr/bin/python3"), "only root can be another user");
        Permit(_folder.FullName, (UnixFileMode)0b001_111_111_111);
        string plant = $"import socket; s = socket.socket(socket.AF_UNIX); s.bind('{EndPoint}'); s.listen()";
        Assert.Equal(0, await RunAsNobodyAsync("/usr/bin/python3", "-c", $"{plant}; import os; os.chmod('{EndPoint}', 0o666)"));

        // Stale, it is removed and made anew by root, who may; what listens there is this user's and closed to the other.
        await using AdminServer server = await StartAsync();
        Assert.NotEqual(0, await AskAsNobodyAsync());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(EndPoint.ToString()));
    }

    [Fact]
    public async Task B133_Two_servers_do_not_take_one_socket_and_the_second_leaves_the_first_its_file()
    {
        await using AdminServer first = await StartAsync();
        IOException error = await Assert.ThrowsAsync<IOException>(StartAsync);
        Assert.Contains(EndPoint.ToString(), error.Message, StringComparison.Ordinal);
        using TestPeer peer = await TestPeer.ConnectAsync(EndPoint);
    }

    [Fact]
    public async Task B133_A_file_that_is_no_socket_is_left_alone()
    {
        await File.WriteAllTextAsync(EndPoint.ToString(), "mine", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<IOException>(StartAsync);
        Assert.Equal("mine", await File.ReadAllTextAsync(EndPoint.ToString(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task B133_The_file_of_a_successor_outlives_the_server()
    {
        AdminServer first = await StartAsync();
        File.Delete(EndPoint.ToString());
        await using AdminServer second = await StartAsync();
        await first.DisposeAsync();
        using TestPeer peer = await TestPeer.ConnectAsync(EndPoint);
    }

    [Fact]
    public async Task B133_A_port_that_is_taken_is_named()
    {
        using var taken = new TestServer();
        IOException error = await Assert.ThrowsAsync<IOException>(() => AdminServer.StartAsync(new AdminOptions { EndPoint = taken.EndPoint, Token = AdminHost.Token }, TestContext.Current.CancellationToken));
        Assert.Contains(taken.EndPoint.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B133_It_listens_where_it_is_private_alone_and_asks_for_tokens_where_they_have_a_meaning()
    {
        Assert.Throws<ArgumentException>(static () => new AdminOptions { EndPoint = new IPEndPoint(IPAddress.Any, 0) });
        Assert.Throws<ArgumentException>(static () => new AdminOptions { EndPoint = new DnsEndPoint("localhost", 80) });
        var loopback = new AdminOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) };
        await Assert.ThrowsAsync<ArgumentException>(() => AdminServer.StartAsync(loopback, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => AdminServer.StartAsync(loopback with { Token = "x", ReadOnlyToken = AdminHost.Token }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => AdminServer.StartAsync(new AdminOptions { EndPoint = EndPoint, Token = AdminHost.Token }, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(AdminHost.Token, (loopback with { Token = AdminHost.Token, ReadOnlyToken = AdminHost.Token }).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B133_The_end_does_not_wait_for_those_that_follow_events()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        using EventReader events = await EventReader.OpenAsync(host);
        await events.NextAsync("ready");
        await host.Server.DisposeAsync().AsTask().InTimeAsync(TimeSpan.FromSeconds(5));
    }

    private static void Permit(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private static async Task<int> RunAsNobodyAsync(params string[] command)
    {
        using var process = Process.Start("/usr/bin/setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", .. command]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).InTimeAsync();
        return process.ExitCode;
    }

    private Task<int> AskAsNobodyAsync() => RunAsNobodyAsync("/usr/bin/curl", "-sf", "-o", "/dev/null", "--unix-socket", EndPoint.ToString(), "http://localhost/healthz");

    /// <summary>As a program leaves it that is killed: disposing the socket removes the path that it was bound to.</summary>
    private void LeaveStale()
    {
        using (var crashed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            crashed.Bind(EndPoint);
            File.Move(EndPoint.ToString(), $"{EndPoint}.kept");
        }

        File.Move($"{EndPoint}.kept", EndPoint.ToString());
    }

    private async Task<AdminServer?> TryStartAsync(Barrier together)
    {
        together.SignalAndWait();
        try
        {
            return await StartAsync();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private Task<AdminServer> StartAsync() => AdminServer.StartAsync(new AdminOptions { EndPoint = EndPoint }, TestContext.Current.CancellationToken);
}
