using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Tests.Contracts;

public sealed class OptionRangeTests
{
    private static readonly TimeSpan _longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public static TheoryData<string, Func<object>> Bad
    {
        get
        {
            var rows = new TheoryData<string, Func<object>>
            {
                { "Engine", () => new ConnectorOptions { Engine = (EngineChoice)2 } },
                { "TimeProvider", () => new ConnectorOptions { TimeProvider = null! } },
                { "endPoint", () => new ListenOptions((EndPoint)null!) },
                { "endPoint", () => new ConnectOptions((EndPoint)null!) },
                { "address", () => new ListenOptions(null!, 80) },
                { "address", () => new ConnectOptions((IPAddress)null!, 80) },
                { "host", () => new ConnectOptions(string.Empty, 80) },
                { "port", () => new ConnectOptions(0) },
                { "port", () => new ConnectOptions("localhost", 0) },
                { "port", () => new ConnectOptions("127.0.0.1", 0) },
                { "endPoint", () => new ConnectOptions(new IPEndPoint(IPAddress.Loopback, 0)) },
                { "endPoint", () => new ConnectOptions(new DnsEndPoint("localhost", 0)) },
                { "endPoints", () => new ConnectOptions([]) },
                { "endPoints", () => new ConnectOptions([new DnsEndPoint("localhost", 80), new DnsEndPoint("LocalHost", 80)]) },
                { "endPoints", () => new ConnectOptions([new DnsEndPoint("localhost", 80), new DnsEndPoint("localhost", 0)]) },
                { "EndPoints", () => new ConnectOptions(80) { EndPoints = [] } },
                { "Order", () => new ConnectOptions(80) { Order = (TargetOrder)2 } },
                { "Bind", () => new ConnectOptions(80) { Bind = IPAddress.Broadcast } },
                { "Bind", () => new ConnectOptions(80) { Bind = IPAddress.Parse("ff02::1") } },
                { "Bind", () => new ConnectOptions(80) { Bind = IPAddress.Parse("224.0.0.1") } },
                { "Delay", () => new RetryOptions { Delay = TimeSpan.Zero } },
                { "Delay", () => new RetryOptions { Delay = TimeSpan.FromSeconds(61) } },
                { "Count", () => new RetryOptions { Count = 0 } },
                { "Count", () => new RetryOptions { Count = 1_001 } },
                { "UnixMode", () => new ListenOptions(80) { UnixMode = UnixFileMode.UserRead } },
                { "UnixMode", () => new ListenOptions(new UnixDomainSocketEndPoint("\0abstract")) { UnixMode = UnixFileMode.UserRead } },
                { "UnixMode", () => new ListenOptions(new UnixDomainSocketEndPoint("/run/x.sock")) { UnixMode = UnixFileMode.SetUser } },
                { "UnixOwner", () => new ListenOptions(80) { UnixOwner = "root" } },
                { "UnixOwner", () => new ListenOptions(new UnixDomainSocketEndPoint("/run/x.sock")) { UnixOwner = "" } },
                { "UnixGroup", () => new ListenOptions(80) { UnixGroup = "root" } },
            };
            foreach (TimeSpan bad in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromTicks(-1), TimeSpan.FromSeconds(-1), _longest + TimeSpan.FromTicks(1), TimeSpan.MaxValue])
            {
                rows.Add("GracePeriod", () => new ConnectorOptions { GracePeriod = bad });
                rows.Add("AdmissionTimeout", () => new ConnectorOptions { AdmissionTimeout = bad });
                rows.Add("ConnectTimeout", () => new ConnectorOptions { ConnectTimeout = bad });
                rows.Add("JoinTimeout", () => new ConnectorOptions { JoinTimeout = bad });
                rows.Add("HalfCloseTimeout", () => new ConnectorOptions { HalfCloseTimeout = bad });
                rows.Add("PendingTimeout", () => new ConnectorOptions { PendingTimeout = bad });
                rows.Add("IdleTimeout", () => new ConnectorOptions { IdleTimeout = bad });
                rows.Add("MaxLifetime", () => new ConnectorOptions { MaxLifetime = bad });
                rows.Add("UserTimeout", () => new ConnectOptions(80) { UserTimeout = bad });
            }

            foreach (double bad in (double[])[0.5, 1.5, int.MaxValue + 1.0])
            {
                rows.Add("UserTimeout", () => new ListenOptions(0) { UserTimeout = TimeSpan.FromMilliseconds(bad) });
            }

            foreach (string bad in (string[])["", "  ", "a\nb", "a\e[2J", "a\u202eb", "a\ud800", new string('n', 129)])
            {
                rows.Add("Name", () => new ConnectorOptions { Name = bad });
            }

            foreach (double bad in (double[])[0, -1, 0.5, 1.5, 32_768])
            {
                rows.Add("Idle", () => new KeepAliveOptions { Idle = TimeSpan.FromSeconds(bad) });
                rows.Add("Interval", () => new KeepAliveOptions { Interval = TimeSpan.FromSeconds(bad) });
            }

            foreach (int bad in (int[])[int.MinValue, -1, 0])
            {
                rows.Add("Count", () => new KeepAliveOptions { Count = bad });
                rows.Add("Backlog", () => new ListenOptions(0) { Backlog = bad });
                rows.Add("AcceptLimit", () => new ListenOptions(0) { AcceptLimit = bad });
                rows.Add("BufferSize", () => new ConnectorOptions { BufferSize = bad });
                rows.Add("MaxConnections", () => new ListenOptions(0) { MaxConnections = bad });
                rows.Add("MaxConnectionsPerAddress", () => new ListenOptions(0) { MaxConnectionsPerAddress = bad });
                rows.Add("MaxAdmitting", () => new ListenOptions(0) { MaxAdmitting = bad });
                rows.Add("MaxPending", () => new ListenOptions(0) { MaxPending = bad });
                rows.Add("MaxPendingPerAddress", () => new ListenOptions(0) { MaxPendingPerAddress = bad });
                rows.Add("count", () => new ConnectionRate(bad, TimeSpan.FromSeconds(1)));
            }

            rows.Add("count", () => new ConnectionRate(1_000_001, TimeSpan.FromSeconds(1)));
            rows.Add("per", () => new ConnectionRate(1, TimeSpan.FromTicks(9_999)));
            rows.Add("per", () => new ConnectionRate(1, TimeSpan.FromHours(24) + TimeSpan.FromTicks(1)));

            rows.Add("Count", () => new KeepAliveOptions { Count = 128 });
            rows.Add("Backlog", () => new ListenOptions(0) { Backlog = 65_536 });
            rows.Add("BufferSize", () => new ConnectorOptions { BufferSize = 1023 });
            rows.Add("BufferSize", () => new ConnectorOptions { BufferSize = (16 * 1024 * 1024) + 1 });
            foreach (int bad in (int[])[-1, 65_536])
            {
                rows.Add("port", () => new ListenOptions(bad));
                rows.Add("port", () => new ListenOptions(IPAddress.Any, bad));
                rows.Add("port", () => new ConnectOptions(bad));
                rows.Add("port", () => new ConnectOptions("localhost", bad));
            }

            return rows;
        }
    }

    public static TheoryData<Func<object>> Good => new(
        () => new ConnectorOptions { GracePeriod = TimeSpan.FromTicks(1), AdmissionTimeout = _longest, ConnectTimeout = Timeout.InfiniteTimeSpan },
        () => new ConnectorOptions { JoinTimeout = Timeout.InfiniteTimeSpan, HalfCloseTimeout = _longest },
        () => new ConnectorOptions { PendingTimeout = TimeSpan.FromTicks(1), IdleTimeout = _longest, MaxLifetime = Timeout.InfiniteTimeSpan },
        () => new ListenOptions(0) { UserTimeout = TimeSpan.FromMilliseconds(1) },
        () => new ConnectOptions(80) { UserTimeout = TimeSpan.FromMilliseconds(int.MaxValue) },
        () => new ConnectorOptions { BufferSize = 1024 },
        () => new ConnectorOptions { BufferSize = 16 * 1024 * 1024 },
        () => new ConnectorOptions { KeepAlive = null },
        () => new ConnectorOptions { Name = new string('n', 128) },
        () => new ConnectorOptions { Name = "Datenbank für München" },
        () => new KeepAliveOptions { Idle = TimeSpan.FromSeconds(1), Interval = TimeSpan.FromSeconds(32_767), Count = 127 },
        () => new KeepAliveOptions { Idle = TimeSpan.FromSeconds(32_767), Interval = TimeSpan.FromSeconds(1), Count = 1 },
        () => new ListenOptions(0) { Backlog = 1, AcceptLimit = 1 },
        () => new ListenOptions(65_535) { Backlog = 65_535, AcceptLimit = int.MaxValue },
        () => new ListenOptions(0) { AcceptLimit = null },
        () => new ListenOptions(0) { MaxConnections = 1, MaxConnectionsPerAddress = 1, MaxAdmitting = 1, MaxPending = 1, MaxPendingPerAddress = int.MaxValue },
        () => new ConnectionRate(1_000_000, TimeSpan.FromSeconds(1)),
        () => new ConnectionRate(1, TimeSpan.FromMilliseconds(1)),
        () => new ConnectionRate(int.MaxValue, TimeSpan.FromHours(24)),
        () => new ConnectOptions("localhost", 65_535),
        () => new ConnectOptions(1));

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void B51_A_bad_value_is_refused_with_the_name_of_its_option(string option, Func<object> make)
    {
        ArgumentException refused = Assert.ThrowsAny<ArgumentException>(make);
        Assert.Equal(option, refused.ParamName);
        Assert.Contains(option, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Good), DisableDiscoveryEnumeration = true)]
    public void B51_The_ends_of_each_range_are_good(Func<object> make) => Assert.NotNull(make());

    [Fact]
    public void B51_With_checks_a_copy_as_well()
    {
        var options = new ConnectorOptions();
        Assert.Equal("BufferSize", Assert.ThrowsAny<ArgumentException>(() => options with { BufferSize = 1 }).ParamName);
        var listen = new ListenOptions(0);
        Assert.Equal("Backlog", Assert.ThrowsAny<ArgumentException>(() => listen with { Backlog = 0 }).ParamName);
    }

    [Fact]
    public void B51_The_defaults_are_those_of_the_documentation()
    {
        var options = new ConnectorOptions();
        Assert.Equal(TimeSpan.FromSeconds(30), options.GracePeriod);
        Assert.Equal(TimeSpan.FromSeconds(30), options.AdmissionTimeout);
        Assert.Equal(TimeSpan.FromSeconds(10), options.ConnectTimeout);
        Assert.Equal(TimeSpan.FromSeconds(60), options.HalfCloseTimeout);
        Assert.Equal(64 * 1024, options.BufferSize);
        Assert.Equal(new KeepAliveOptions { Idle = TimeSpan.FromSeconds(60), Interval = TimeSpan.FromSeconds(10), Count = 5 }, options.KeepAlive);
        Assert.Equal(IPAddress.Any, ((IPEndPoint)new ListenOptions(7).EndPoint).Address);
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)new ConnectOptions(7).EndPoint).Address);
        Assert.Null(new ListenOptions(7).AcceptLimit);
    }

    [Fact]
    public async Task B51_The_factories_and_members_refuse_null_by_name()
    {
        var listen = new ListenOptions(IPAddress.Loopback, 0);
        var connect = new ConnectOptions(1);
        CancellationToken token = TestContext.Current.CancellationToken;
        await RefusesAsync("sideA", () => Connector.ServerToServerAsync(null!, listen, null, token));
        await RefusesAsync("sideB", () => Connector.ServerToServerAsync(listen, null!, null, token));
        await RefusesAsync("sideA", () => Connector.ServerToSocketAsync(null!, connect, null, token));
        await RefusesAsync("sideB", () => Connector.ServerToSocketAsync(listen, null!, null, token));
        await RefusesAsync("sideA", () => Connector.SocketToServerAsync(null!, listen, null, token));
        await RefusesAsync("sideB", () => Connector.SocketToServerAsync(connect, null!, null, token));
        await RefusesAsync("sideA", () => Connector.SocketToSocketAsync(null!, connect, null, token));
        await RefusesAsync("sideB", () => Connector.SocketToSocketAsync(connect, null!, null, token));
        await using var connector = new Connector(Patient.Options);
        await RefusesAsync("sideA", () => connector.JoinAsync(null!, connect, token));
        await RefusesAsync("sideB", () => connector.JoinAsync(connect, null!, token));
        await RefusesAsync("socket", () => connector.AddAsync(Side.A, (Socket)null!, null, token).AsTask());
        await RefusesAsync("stream", () => connector.AddAsync(Side.A, (DuplexStream)null!, null, token).AsTask());
    }

    private static async Task RefusesAsync(string name, Func<Task> call) => Assert.Equal(name, (await Assert.ThrowsAsync<ArgumentNullException>(call)).ParamName);
}
