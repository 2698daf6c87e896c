using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Sockets;

/// <summary>Unix sockets without a path: abstract ones, and clients that have named themselves nothing.</summary>
public sealed class UnixNameTests : IDisposable
{
    private static readonly ListenOptions _any = new(IPAddress.Loopback, 0);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("socketconnector-");
    private readonly string _name = $"socketconnector-{Guid.NewGuid():N}";

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task B01_An_abstract_name_is_listened_on_and_connected_to()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names are there on Linux alone");
        var endPoint = new UnixDomainSocketEndPoint($"\0{_name}");
        using var log = new LogCollector();
        ConnectorOptions options = Patient.Options with { LoggerFactory = log };
        await using Connector listening = await Connector.ServerToServerAsync(new ListenOptions(endPoint), _any, options, TestContext.Current.CancellationToken);
        await using Connector connecting = await Connector.ServerToSocketAsync(_any, new ConnectOptions(endPoint), Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer client = await TestPeer.ConnectAsync(connecting.EndPointA!);
        using TestPeer far = await TestPeer.ConnectAsync(listening.EndPointB!);

        await client.WriteAsync("no file");
        Assert.Equal("no file", await far.ReadTextAsync(7));
        await log.FirstAsync($"unix:@{_name}");
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => Connector.ServerToServerAsync(
            new ListenOptions(endPoint), _any, Patient.Options, TestContext.Current.CancellationToken));
        Assert.Contains($"unix:@{_name}: the address is in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task B01_A_client_without_a_name_is_shown_with_process_and_user()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "another kernel tells in other ways");
        var endPoint = new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "a.sock"));
        await using Connector connector = await Connector.ServerToServerAsync(new ListenOptions(endPoint), _any, Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer client = await TestPeer.ConnectAsync(endPoint);
        using TestPeer other = await TestPeer.ConnectAsync(endPoint);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 2);

        Peer peer = connector.GetPending(Side.A).First();
        long user = User();
        Assert.Equal((Environment.ProcessId, user), (peer.ProcessId, peer.UserId));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"A unix:(pid {Environment.ProcessId}, user {user})"), peer.ToString());
        Assert.Equal("", Assert.IsType<UnixDomainSocketEndPoint>(peer.RemoteEndPoint).ToString());
        using TestPeer far = await TestPeer.ConnectAsync(connector.EndPointB!);
        using TestPeer further = await TestPeer.ConnectAsync(connector.EndPointB!);
        await Eventually.TrueAsync(() => connector.GetStats().RemotesA is [{ Sockets: 2 }], explain: () => connector.GetStats().ToJson());
        RemoteAddressStats remote = Assert.Single(connector.GetStats().RemotesA);
        Assert.Equal(("unix:(unnamed)", 2), (remote.Address, remote.Sockets));
    }

    [Fact]
    public async Task B01_A_client_with_a_name_is_shown_by_it()
    {
        var endPoint = new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "a.sock"));
        string own = Path.Combine(_folder.FullName, "c.sock");
        await using Connector connector = await Connector.ServerToServerAsync(new ListenOptions(endPoint), _any, Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer client = await TestPeer.ConnectAsync(endPoint, socket => socket.Bind(new UnixDomainSocketEndPoint(own)));
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);

        Assert.Equal($"A unix:{own}", connector.GetPending(Side.A).First().ToString());
        Assert.Null(connector.GetPending(Side.A).First().ProcessId);
    }

    [Theory]
    [InlineData("\0name", "unix:@name")]
    [InlineData("@name", "unix:./@name")]
    [InlineData("/run/app.sock", "unix:/run/app.sock")]
    public void A_name_and_a_path_are_told_apart(string name, string expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names are there on Linux alone");
        Assert.Equal(expected, EndPointText.Of(new UnixDomainSocketEndPoint(name)));
    }

    private static long User() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2], CultureInfo.InvariantCulture);
}
