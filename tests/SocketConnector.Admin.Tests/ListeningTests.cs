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
        using (var crashed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            crashed.Bind(EndPoint);
            File.Move(EndPoint.ToString(), $"{EndPoint}.kept");
        }

        File.Move($"{EndPoint}.kept", EndPoint.ToString());
        await using AdminServer server = await StartAsync();
        Assert.Equal(EndPoint.ToString(), server.EndPoint.ToString());
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
        IOException error = await Assert.ThrowsAsync<IOException>(() => AdminServer.StartAsync(new AdminOptions { EndPoint = taken.EndPoint, Token = "x" }, TestContext.Current.CancellationToken));
        Assert.Contains(taken.EndPoint.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B133_It_listens_where_it_is_private_alone_and_asks_for_tokens_where_they_have_a_meaning()
    {
        Assert.Throws<ArgumentException>(static () => new AdminOptions { EndPoint = new IPEndPoint(IPAddress.Any, 0) });
        Assert.Throws<ArgumentException>(static () => new AdminOptions { EndPoint = new DnsEndPoint("localhost", 80) });
        var loopback = new AdminOptions { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) };
        await Assert.ThrowsAsync<ArgumentException>(() => AdminServer.StartAsync(loopback, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => AdminServer.StartAsync(loopback with { Token = "x", ReadOnlyToken = "x" }, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => AdminServer.StartAsync(new AdminOptions { EndPoint = EndPoint, Token = "x" }, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => loopback with { Token = "" });
        Assert.DoesNotContain("secret", (loopback with { Token = "secret", ReadOnlyToken = "secret" }).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B133_The_end_does_not_wait_for_those_that_follow_events()
    {
        await using AdminHost host = await AdminHost.OnUnixAsync();
        using EventReader events = await EventReader.OpenAsync(host);
        await events.NextAsync("ready");
        await host.Server.DisposeAsync().AsTask().InTimeAsync(TimeSpan.FromSeconds(5));
    }

    private Task<AdminServer> StartAsync() => AdminServer.StartAsync(new AdminOptions { EndPoint = EndPoint }, TestContext.Current.CancellationToken);
}
