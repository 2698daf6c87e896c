using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Sockets;

public sealed class SocketSettingsTests
{
    private static readonly Settings _default = new(NoDelay: true, KeepAlive: true, Idle: 60, Interval: 10, Count: 5);
    private static readonly KeepAliveOptions _other = new() { Idle = TimeSpan.FromSeconds(7), Interval = TimeSpan.FromSeconds(3), Count = 2 };

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B50_Every_socket_has_the_defaults(Mode mode, Side side)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options);
        Assert.Equal(_default, Settings.Of(Inside.SocketOf(pair.Connection, side)));
    }

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B50_Every_socket_has_other_values(Mode mode, Side side)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options with { KeepAlive = _other });
        Assert.Equal(new Settings(NoDelay: true, KeepAlive: true, Idle: 7, Interval: 3, Count: 2), Settings.Of(Inside.SocketOf(pair.Connection, side)));
    }

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B50_Keep_alive_can_be_off_and_NoDelay_stays(Mode mode, Side side)
    {
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options with { KeepAlive = null });
        Settings settings = Settings.Of(Inside.SocketOf(pair.Connection, side));
        Assert.Equal((true, false), (settings.NoDelay, settings.KeepAlive));
    }

    [Theory]
    [MemberData(nameof(Modes.All), MemberType = typeof(Modes))]
    public async Task B50_They_hold_during_authentication_already(Mode mode)
    {
        ConcurrentDictionary<Side, Settings> seen = new();
        var side = new SideOptions
        {
            AuthVerifier = (context, _) =>
            {
                seen[context.Peer.Side] = Settings.Of(Inside.SocketOf(context));
                return ValueTask.FromResult(AuthResult.Accept());
            },
        };
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options, side, side);
        Assert.Equal((_default, _default), (seen[Side.A], seen[Side.B]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B50_A_socket_that_is_added_gets_them_too(bool isOn)
    {
        using SocketPair added = await SocketPair.CreateAsync();
        Socket socket = added.Near.Socket;
        socket.NoDelay = false;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, !isOn);
        await using var connector = new Connector(Patient.Options with { KeepAlive = isOn ? new KeepAliveOptions() : null });
        using SocketPair partner = await SocketPair.CreateAsync();
        await connector.AddAsync(Side.A, socket, cancellationToken: TestContext.Current.CancellationToken);
        await connector.AddAsync(Side.B, partner.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);
        Settings settings = Settings.Of(Inside.SocketOf(connector.GetConnections().Single(), Side.A));
        Assert.Equal((true, isOn), (settings.NoDelay, settings.KeepAlive));
        if (isOn)
        {
            Assert.Equal(_default, settings);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B50_A_socket_whose_connect_had_to_wait_has_them_as_well(bool isTransformed)
    {
        using var target = new TestServer(backlog: 1);
        await target.FillAsync();
        DataTransformer? copying = isTransformed ? static (source, destination, token) => source.CopyToAsync(destination, token) : null;
        await using Connector connector = await Connector.ServerToSocketAsync(
            new ListenOptions(IPAddress.Loopback, 0) { Transformer = copying }, new ConnectOptions(target.EndPoint), Patient.Options, TestContext.Current.CancellationToken);
        using TestPeer client = await TestPeer.ConnectAsync(connector.EndPointA!);
        await Eventually.TrueAsync(() => connector.GetPending(Side.A).Count == 1);
        await target.EmptyAsync();
        using TestPeer far = await target.AcceptAsync();

        await Eventually.TrueAsync(() => connector.GetConnections().Count == 1);
        Assert.Equal(_default, Settings.Of(Inside.SocketOf(connector.GetConnections().Single(), Side.B)));
    }

    [Theory]
    [MemberData(nameof(Modes.AllWithSides), MemberType = typeof(Modes))]
    public async Task B97_A_user_timeout_is_set_on_the_sockets_of_its_side_alone(Mode mode, Side side)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TCP_USER_TIMEOUT is Linux's");
        var limited = new SideOptions { UserTimeout = TimeSpan.FromMilliseconds(12_345) };
        await using RelayedPair pair = await RelayedPair.StartAsync(mode, Patient.Options, side == Side.A ? limited : null, side == Side.B ? limited : null);

        Assert.Equal(12_345, UserTimeoutOf(Inside.SocketOf(pair.Connection, side)));
        Assert.Equal(0, UserTimeoutOf(Inside.SocketOf(pair.Connection, side == Side.A ? Side.B : Side.A)));
    }

    [Fact]
    public async Task B97_A_user_timeout_is_set_on_a_socket_that_is_added_and_otherwise_its_own_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TCP_USER_TIMEOUT is Linux's");
        using SocketPair a = await SocketPair.CreateAsync(), b = await SocketPair.CreateAsync();
        b.Near.Socket.SetRawSocketOption(TcpLevel, UserTimeout, BitConverter.GetBytes(777));
        await using var connector = new Connector(Patient.Options);
        await connector.AddAsync(Side.A, a.Near.Socket, new AddOptions { UserTimeout = TimeSpan.FromSeconds(2) }, TestContext.Current.CancellationToken);
        await connector.AddAsync(Side.B, b.Near.Socket, cancellationToken: TestContext.Current.CancellationToken);

        Connection connection = connector.GetConnections().Single();
        Assert.Equal((2000, 777), (UserTimeoutOf(Inside.SocketOf(connection, Side.A)), UserTimeoutOf(Inside.SocketOf(connection, Side.B))));
    }

    // linux/tcp.h.
    private const int TcpLevel = 6;
    private const int UserTimeout = 18;

    private static int UserTimeoutOf(Socket socket)
    {
        byte[] milliseconds = new byte[sizeof(int)];
        Assert.Equal(sizeof(int), socket.GetRawSocketOption(TcpLevel, UserTimeout, milliseconds));
        return BitConverter.ToInt32(milliseconds);
    }

    private readonly record struct Settings(bool NoDelay, bool KeepAlive, int Idle, int Interval, int Count)
    {
        public static Settings Of(Socket socket) => new(
            socket.NoDelay,
            (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)! != 0,
            (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!,
            (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval)!,
            (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount)!);
    }
}
