using System.Net;
using System.Net.Sockets;

namespace SocketConnector.Tests.Contracts;

/// <summary>Several end points in the options of one side.</summary>
public sealed class EndPointsOptionTests
{
    private static readonly IPEndPoint _loopback = new(IPAddress.Loopback, 8080);
    private static readonly IPEndPoint _six = new(IPAddress.IPv6Loopback, 8080);
    private static readonly UnixDomainSocketEndPoint _file = new("/run/app.sock");

    public static TheoryData<EndPoint[], string> Overlapping => new()
    {
        { [_loopback, _six, new IPEndPoint(IPAddress.Loopback, 8080)], "127.0.0.1:8080 is there twice" },
        { [_loopback, new IPEndPoint(IPAddress.Loopback.MapToIPv6(), 8080)], "[::ffff:127.0.0.1]:8080 is there twice" },
        { [new DnsEndPoint("localhost", 80), new DnsEndPoint("LocalHost", 80)], "LocalHost:80 is there twice" },
        { [_file, _loopback, new UnixDomainSocketEndPoint("/run/../run/app.sock")], "unix:/run/../run/app.sock is there twice" },
        { [new UnixDomainSocketEndPoint("\0app"), new UnixDomainSocketEndPoint("\0app")], "unix:@app is there twice" },
        { [new IPEndPoint(IPAddress.Any, 8080), _loopback], "0.0.0.0:8080 takes 127.0.0.1:8080 as well" },
        { [_loopback, new IPEndPoint(IPAddress.Any, 8080)], "0.0.0.0:8080 takes 127.0.0.1:8080 as well" },
        { [new IPEndPoint(IPAddress.Any, 8080), new IPEndPoint(IPAddress.IPv6Any, 8080)], "[::]:8080 takes 0.0.0.0:8080 as well" },
        { [new IPEndPoint(IPAddress.IPv6Any, 8080), _six], "[::]:8080 takes [::1]:8080 as well" },
    };

    public static TheoryData<EndPoint[]> Different => new(
        [_loopback, _six, _file],
        [new IPEndPoint(IPAddress.Any, 8080), _six],
        [_loopback, new IPEndPoint(IPAddress.Loopback, 8081), new IPEndPoint(IPAddress.Parse("127.0.0.2"), 8080)],
        [new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.Loopback, 0), new IPEndPoint(IPAddress.Any, 0), new IPEndPoint(IPAddress.IPv6Any, 0)],
        [new DnsEndPoint("localhost", 0), new DnsEndPoint("localhost", 0), new DnsEndPoint("localhost", 80), _loopback],
        [_file, new UnixDomainSocketEndPoint("/run/other.sock"), new UnixDomainSocketEndPoint("\0app"), new UnixDomainSocketEndPoint("@app")]);

    [Theory]
    [MemberData(nameof(Overlapping), DisableDiscoveryEnumeration = true)]
    public void B07_Two_that_are_one_address_are_refused(EndPoint[] endPoints, string expected)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new ListenOptions(endPoints));
        Assert.Equal(("endPoints", $"{expected}; leave one of them out (Parameter 'endPoints')"), (refused.ParamName, refused.Message));
        refused = Assert.Throws<ArgumentException>(() => new ListenOptions(1) with { EndPoints = endPoints });
        Assert.Equal("EndPoints", refused.ParamName);
    }

    [Theory]
    [MemberData(nameof(Different), DisableDiscoveryEnumeration = true)]
    public void B07_Different_addresses_are_taken_in_the_order_given(EndPoint[] endPoints)
    {
        var options = new ListenOptions(endPoints);
        Assert.Equal(endPoints, options.EndPoints);
        Assert.Same(endPoints[0], options.EndPoint);
    }

    [Fact]
    public void B07_None_or_null_is_refused()
    {
        Assert.Equal("endPoints", Assert.Throws<ArgumentException>(() => new ListenOptions([])).ParamName);
        Assert.Equal("endPoints", Assert.Throws<ArgumentNullException>(() => new ListenOptions((IReadOnlyList<EndPoint>)null!)).ParamName);
        Assert.Equal("endPoints", Assert.Throws<ArgumentException>(() => new ListenOptions([_six, null!])).ParamName);
        Assert.Equal("EndPoints", Assert.Throws<ArgumentException>(() => new ListenOptions(1) { EndPoints = [] }).ParamName);
        Assert.Equal("EndPoints", Assert.Throws<ArgumentNullException>(() => new ListenOptions(1) { EndPoints = null! }).ParamName);
    }

    [Fact]
    public void B07_With_changes_them_and_keeps_the_rest()
    {
        var one = new ListenOptions(_loopback) { Backlog = 7, AcceptLimit = 3 };
        ListenOptions several = one with { EndPoints = [.. one.EndPoints, _six, _file] };
        Assert.Equal([_loopback, _six, _file], several.EndPoints);
        Assert.Equal((_loopback, 7, 3), (several.EndPoint, several.Backlog, several.AcceptLimit));
        Assert.Equal([_loopback], one.EndPoints);
        Assert.Contains("127.0.0.1:8080, [::1]:8080, unix:/run/app.sock", several.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void B07_Equal_end_points_in_the_same_order_make_equal_options()
    {
        ListenOptions options = new([_loopback, _file]), equal = new([new IPEndPoint(IPAddress.Loopback, 8080), new UnixDomainSocketEndPoint("/run/app.sock")]);
        Assert.Equal(options, equal);
        Assert.Equal(options.GetHashCode(), equal.GetHashCode());
        Assert.NotEqual(options, new ListenOptions([_file, _loopback]));
        Assert.NotEqual(options, new ListenOptions(_loopback));
        Assert.Equal(new ListenOptions(_loopback), new ListenOptions([_loopback]));
    }

    [Fact]
    public void B07_A_change_of_the_list_that_was_given_changes_nothing()
    {
        List<EndPoint> given = [_loopback, _six];
        var options = new ListenOptions(given);
        given.Clear();
        Assert.Equal([_loopback, _six], options.EndPoints);
    }

    [Fact]
    public void B07_What_is_for_a_Unix_socket_needs_one_among_them()
    {
        Assert.Equal(UnixFileMode.UserRead, new ListenOptions([_loopback, _file]) { UnixMode = UnixFileMode.UserRead }.UnixMode);
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new ListenOptions([_loopback, _six]) { UnixOwner = "root" });
        Assert.Equal("UnixOwner", refused.ParamName);
        Assert.Contains("127.0.0.1:8080, [::1]:8080", refused.Message, StringComparison.Ordinal);

        ListenOptions grouped = new(_file) { UnixGroup = "root" };
        Assert.Equal("EndPoints", Assert.Throws<ArgumentException>(() => grouped with { EndPoints = [_loopback] }).ParamName);
        Assert.Null((grouped with { UnixGroup = null, EndPoints = [_loopback] }).UnixGroup);
        Assert.Equal("root", (grouped with { EndPoints = [_loopback, _file] }).UnixGroup);
    }
}
