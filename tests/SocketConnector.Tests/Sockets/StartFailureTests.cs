using System.Net;
using System.Net.Sockets;
using SocketConnector.TestKit;

namespace SocketConnector.Tests.Sockets;

/// <summary>Alone, because each test counts the sockets of the whole process.</summary>
[Collection(Alone.Name)]
public sealed class StartFailureTests
{
    private static readonly ListenOptions _any = new(IPAddress.Loopback, 0);

    // TEST-NET-1 of RFC 5737 belongs to nobody: binding to it fails, and nothing is sent anywhere.
    private static readonly IPEndPoint _foreign = new(IPAddress.Parse("192.0.2.1"), 4711);

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B06_A_port_in_use(Side side)
    {
        using var taken = new TestServer();
        var again = new ListenOptions(taken.EndPoint);
        await FailsAsync(SocketError.AddressAlreadyInUse, taken.EndPoint, options => side == Side.A
            ? Connector.ServerToServerAsync(again, _any, options)
            : Connector.ServerToServerAsync(_any, again, options));
    }

    [Fact]
    public async Task B06_The_same_port_on_both_sides()
    {
        var one = new ListenOptions(IPAddress.Loopback, TestServer.RefusingPort());
        await FailsAsync(SocketError.AddressAlreadyInUse, one.EndPoint, options => Connector.ServerToServerAsync(one, one, options));
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B06_An_address_that_is_not_ours(Side side)
    {
        var foreign = new ListenOptions(_foreign);
        await FailsAsync(SocketError.AddressNotAvailable, _foreign, options => side == Side.A
            ? Connector.ServerToServerAsync(foreign, _any, options)
            : Connector.ServerToServerAsync(_any, foreign, options));
    }

    [Fact]
    public async Task B06_A_bad_listener_beside_a_good_target()
    {
        using var far = new TestServer();
        ConnectOptions good = new(far.EndPoint);
        ListenOptions foreign = new(_foreign);
        await FailsAsync(SocketError.AddressNotAvailable, _foreign, options => Connector.SocketToServerAsync(good, foreign, options));
        await FailsAsync(SocketError.AddressNotAvailable, _foreign, options => Connector.ServerToSocketAsync(foreign, good, options));
        Assert.False(far.HasWaiting, "it was dialled though the other side could not listen");
    }

    [Fact]
    public async Task B06_A_target_that_refuses()
    {
        var nobody = new ConnectOptions(TestServer.RefusingPort());
        await FailsAsync(SocketError.ConnectionRefused, nobody.EndPoint, options => Connector.SocketToServerAsync(nobody, _any, options));
    }

    [Theory]
    [InlineData(Side.A)]
    [InlineData(Side.B)]
    public async Task B06_One_target_of_two_that_refuses(Side side)
    {
        using var far = new TestServer();
        ConnectOptions nobody = new(TestServer.RefusingPort()), somebody = new(far.EndPoint);
        await FailsAsync(SocketError.ConnectionRefused, nobody.EndPoint, options => side == Side.A
            ? Connector.SocketToSocketAsync(nobody, somebody, options)
            : Connector.SocketToSocketAsync(somebody, nobody, options));
    }

    [Fact]
    public async Task B06_A_target_by_name_that_refuses()
    {
        var nobody = new ConnectOptions("localhost", TestServer.RefusingPort());
        int before = Descriptors.SettledSockets();
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => Connector.SocketToServerAsync(
            nobody, _any, Patient.Options, TestContext.Current.CancellationToken).InTimeAsync());
        Assert.Contains($"localhost:{((DnsEndPoint)nobody.EndPoint).Port}", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Descriptors.Sockets());
    }

    [Theory]
    [InlineData(Mode.SocketToServer)]
    [InlineData(Mode.SocketToSocket)]
    public async Task B06_A_target_that_is_too_slow_to_the_tick(Mode mode)
    {
        using var far = new TestServer(backlog: 1);
        using var good = new TestServer();
        await far.FillAsync();
        int before = Descriptors.SettledSockets();
        var clock = new ManualClock();
        ConnectorOptions options = Patient.Options with { TimeProvider = clock, ConnectTimeout = TimeSpan.FromSeconds(3) };
        Task<Connector> starting = mode == Mode.SocketToServer
            ? Connector.SocketToServerAsync(new ConnectOptions(far.EndPoint), _any, options, TestContext.Current.CancellationToken)
            : Connector.SocketToSocketAsync(new ConnectOptions(good.EndPoint), new ConnectOptions(far.EndPoint), options, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => clock.ActiveTimers == 1, explain: () => "only the dial that hangs is left");
        clock.Advance(options.ConnectTimeout - TimeSpan.FromTicks(1));
        Assert.False(starting.IsCompleted);
        Assert.Equal(1, clock.ActiveTimers);
        clock.Advance(TimeSpan.FromTicks(1));
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => starting.InTimeAsync());
        Assert.Equal(SocketError.TimedOut, error.SocketErrorCode);
        Assert.Contains(far.EndPoint.ToString(), error.Message, StringComparison.Ordinal);
        Assert.Equal((before, 0), (Descriptors.Sockets(), clock.ActiveTimers));
    }

    private static async Task FailsAsync(SocketError expected, EndPoint named, Func<ConnectorOptions, Task<Connector>> start)
    {
        int before = Descriptors.SettledSockets();
        var clock = new ManualClock();
        SocketException error = await Assert.ThrowsAsync<SocketException>(() => start(Patient.Options with { TimeProvider = clock }).InTimeAsync());
        Assert.Equal(expected, error.SocketErrorCode);
        Assert.Contains(named.ToString()!, error.Message, StringComparison.Ordinal);
        Assert.Equal((before, 0), (Descriptors.Sockets(), clock.ActiveTimers));
    }
}
