using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Sockets;

public sealed class UnixSocketTests : IDisposable
{
    private static readonly ListenOptions _any = new(IPAddress.Loopback, 0);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("socketconnector-");

    private string PathA => Path.Combine(_folder.FullName, "a.sock");

    private string PathB => Path.Combine(_folder.FullName, "b.sock");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B01_Unix_sockets_are_listened_on_and_their_files_removed()
    {
        UnixDomainSocketEndPoint endPointA = new(PathA), endPointB = new(PathB);
        Connector connector = await Connector.ServerToServerAsync(
            new ListenOptions(endPointA), new ListenOptions(endPointB), Patient.Options, TestContext.Current.CancellationToken);
        await using (connector)
        {
            Assert.Equal(PathA, connector.EndPointA!.ToString());
            Assert.Null(connector.PortA);
            using TestPeer a = await TestPeer.ConnectAsync(endPointA);
            using TestPeer b = await TestPeer.ConnectAsync(endPointB);
            await a.WriteAsync("over a file");
            a.EndHalf();
            Assert.Equal("over a file", await b.ReadTextToEndAsync());
            await b.WriteAsync("and back");
            b.EndHalf();
            Assert.Equal("and back", await a.ReadTextToEndAsync());
            await Eventually.TrueAsync(
                () => connector.GetStats().Closed.SequenceEqual([new CloseCount(CloseReason.Completed, Side.A, 1)]), explain: () => connector.GetStats().ToJson());
        }

        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public async Task B01_A_Unix_socket_is_connected_to_from_a_port()
    {
        var endPoint = new UnixDomainSocketEndPoint(PathB);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(endPoint);
        listener.Listen();
        await using Connector connector = await Connector.ServerToSocketAsync(_any, new ConnectOptions(endPoint), Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        using var server = new TestPeer(await listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().InTimeAsync());
        await client.WriteAsync("hello");
        Assert.Equal("hello", await server.ReadTextAsync(5));
        await server.WriteAsync("hello to you");
        Assert.Equal("hello to you", await client.ReadTextAsync(12));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(107)]
    [InlineData(108)]
    public async Task B77_A_client_bound_to_a_longer_path_than_the_listeners_is_served_like_any_other(int length)
    {
        using var target = new TestServer();
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(new UnixDomainSocketEndPoint(PathA)), new ConnectOptions(target.EndPoint), Patient.Options, TestContext.Current.CancellationToken);
        for (int i = 0; i < 3; i++)
        {
            string name = $"{i}".PadRight(length - _folder.FullName.Length - 1, 'x');
            using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            client.Bind(new WholePath(Path.Combine(_folder.FullName, name)));
            await client.ConnectAsync(new UnixDomainSocketEndPoint(PathA), TestContext.Current.CancellationToken).AsTask().InTimeAsync();
            using TestPeer far = await target.AcceptAsync();
            await client.SendAsync("hello"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Equal("hello", await far.ReadTextAsync(5));
            await far.WriteAsync("you too");
            byte[] answer = new byte[7];
            int count = await client.ReceiveAsync(answer, TestContext.Current.CancellationToken).AsTask().InTimeAsync();
            Assert.Equal("you too", Encoding.ASCII.GetString(answer, 0, count));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B06_A_file_in_use_or_a_folder_that_is_not_there_is_told_with_the_path(bool isInUse)
    {
        string path = isInUse ? PathA : Path.Combine(_folder.FullName, "nowhere", "a.sock");
        if (isInUse)
        {
            await File.WriteAllTextAsync(path, "taken", TestContext.Current.CancellationToken);
        }

        SocketException error = await Assert.ThrowsAsync<SocketException>(() => Connector.ServerToServerAsync(
            new ListenOptions(new UnixDomainSocketEndPoint(path)), _any, Patient.Options, TestContext.Current.CancellationToken));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal(isInUse, File.Exists(path));
    }

    [Fact]
    public async Task B06_A_Unix_socket_without_a_listener_is_told_with_the_path()
    {
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => Connector.SocketToServerAsync(
            new ConnectOptions(new UnixDomainSocketEndPoint(PathB)), _any, Patient.Options, TestContext.Current.CancellationToken));
        Assert.Contains(PathB, error.Message, StringComparison.Ordinal);
    }

    /// <summary>unix(7): the kernel takes 108 bytes without a NUL behind them, the runtime one less.</summary>
    private sealed class WholePath(string path) : EndPoint
    {
        public override AddressFamily AddressFamily => AddressFamily.Unix;

        public override SocketAddress Serialize()
        {
            byte[] bytes = Encoding.UTF8.GetBytes(path);
            var address = new SocketAddress(AddressFamily.Unix, 2 + bytes.Length);
            bytes.CopyTo(address.Buffer.Span[2..]);
            return address;
        }

        public override EndPoint Create(SocketAddress socketAddress) => this;
    }
}
