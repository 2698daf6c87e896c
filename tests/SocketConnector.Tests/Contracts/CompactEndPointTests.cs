using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace SocketConnector.Tests.Contracts;

public sealed class CompactEndPointTests
{
    public static TheoryData<string> Addresses =>
        ["127.0.0.1", "255.255.255.255", "0.0.0.0", "::", "::1", "2001:db8::8:800:200c:417a", "fe80::1%7", "::ffff:127.0.0.1", "::ffff:0.0.0.0", "::ffff:10.0.0.1%3"];

    [Theory]
    [MemberData(nameof(Addresses))]
    public void What_goes_in_comes_out(string address)
    {
        var endPoint = new IPEndPoint(IPAddress.Parse(address), 65535);

        EndPoint? back = CompactEndPoint.Of(endPoint).ToEndPoint();

        Assert.Equal(endPoint, back);
        Assert.Equal(endPoint.ToString(), back!.ToString());
    }

    [Fact]
    public void Any_other_kind_is_kept_as_it_is()
    {
        var unix = new UnixDomainSocketEndPoint("/run/x.sock");

        Assert.Same(unix, CompactEndPoint.Of(unix).ToEndPoint());
    }

    [Fact]
    public void None_is_not_known()
    {
        Assert.False(CompactEndPoint.Of(null).IsKnown);
        Assert.Null(default(CompactEndPoint).ToEndPoint());
    }

    [Fact]
    public void It_takes_16_bytes() => Assert.Equal(16, Unsafe.SizeOf<CompactEndPoint>());
}
