using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.EndPoints;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Tests.EndPoints;

public sealed class EndPointParserTests
{
    public static TheoryData<string, EndPoint> Both => new()
    {
        { "127.0.0.1:9000", new IPEndPoint(IPAddress.Loopback, 9000) },
        { "0.0.0.0:65535", new IPEndPoint(IPAddress.Any, 65_535) },
        { "[::1]:9000", new IPEndPoint(IPAddress.IPv6Loopback, 9000) },
        { "[::]:9000", new IPEndPoint(IPAddress.IPv6Any, 9000) },
        { "[::ffff:127.0.0.1]:9000", new IPEndPoint(IPAddress.Loopback, 9000) },
        { "localhost:9000", new DnsEndPoint("localhost", 9000) },
        { "db.internal:5432", new DnsEndPoint("db.internal", 5432) },
        { "unix:/run/app.sock", new UnixDomainSocketEndPoint("/run/app.sock") },
        { "unix:9000", new UnixDomainSocketEndPoint("9000") },
    };

    [Theory]
    [MemberData(nameof(Both))]
    public void An_address_is_read_the_same_on_either_kind_of_side(string text, EndPoint expected)
    {
        Assert.Equal(expected, EndPointParser.Listen(text).Value?.EndPoint);
        Assert.Equal(expected, EndPointParser.Connect(text).Value?.EndPoint);
    }

    [Fact]
    public void A_bare_port_listens_on_any_IPv4_address_and_connects_to_the_loopback()
    {
        Assert.Equal(new IPEndPoint(IPAddress.Any, 9000), EndPointParser.Listen("9000").Value?.EndPoint);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 9000), EndPointParser.Connect("9000").Value?.EndPoint);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("127.0.0.1:0")]
    public void Port_0_can_be_listened_on_and_not_connected_to(string text)
    {
        Assert.Equal(0, ((IPEndPoint)EndPointParser.Listen(text).Value!.EndPoint).Port);
        Assert.Contains("'0' is not a port; a port here is a number from 1 to 65535", EndPointParser.Connect(text).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9000", 512, null)]
    [InlineData("9000,backlog=1", 1, null)]
    [InlineData("9000,accept-limit=1", 512, 1)]
    [InlineData("unix:/run/app.sock,backlog=65535,accept-limit=2147483647", 65_535, int.MaxValue)]
    [InlineData("[::1]:9000,accept-limit=3,backlog=2", 2, 3)]
    public void Settings_follow_the_address_of_a_side_that_listens(string text, int backlog, int? acceptLimit)
    {
        Parsed<ListenOptions> parsed = EndPointParser.Listen(text);

        Assert.Null(parsed.Error);
        Assert.Equal((backlog, acceptLimit), (parsed.Value!.Backlog, parsed.Value.AcceptLimit));
    }

    [Theory]
    [InlineData("unix:\"/run/a,b.sock\",backlog=5", "/run/a,b.sock")]
    [InlineData("\"unix:/run/a,b.sock\",backlog=5", "/run/a,b.sock")]
    [InlineData("unix:\"/run/a\"\"b.sock\",backlog=5", "/run/a\"b.sock")]
    [InlineData("unix:\"/run/a.sock\",backlog=\"5\"", "/run/a.sock")]
    [InlineData("unix:/run/a\"b\".sock,backlog=5", "/run/a\"b\".sock")]
    [InlineData("unix:/run/a:\"b\".sock,backlog=5", "/run/a:\"b\".sock")]
    [InlineData("unix:\"\"\"a\",backlog=5", "\"a")]
    [InlineData("unix:/run/a=b.sock,backlog=5", "/run/a=b.sock")]
    public void What_holds_a_comma_is_quoted(string text, string path)
    {
        Parsed<ListenOptions> parsed = EndPointParser.Listen(text);

        Assert.Null(parsed.Error);
        Assert.Equal((path, 5), (parsed.Value!.EndPoint.ToString(), parsed.Value.Backlog));
        Assert.Equal(path, EndPointParser.Connect(text[..text.LastIndexOf(",backlog", StringComparison.Ordinal)]).Value?.EndPoint.ToString());
    }

    [Theory]
    [InlineData("unix:\"/run/a,b.sock", "the quote is not closed")]
    [InlineData("unix:\"/run/a,b.sock\"x", "after the closing quote a comma is expected")]
    [InlineData("unix:\"\"", "the path is missing")]
    [InlineData("unix:@", "the name is missing; write unix:@name")]
    public void B71_A_bad_quote_or_name_is_refused(string text, string expected)
    {
        Assert.Contains(expected, EndPointParser.Listen(text).Error, StringComparison.Ordinal);
        Assert.Contains(expected, EndPointParser.Connect(text).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_abstract_name_is_a_Unix_socket_without_a_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "abstract names are there on Linux alone");
        var expected = new UnixDomainSocketEndPoint("\0app, at work");

        Assert.Equal(expected, EndPointParser.Listen("unix:\"@app, at work\"").Value?.EndPoint);
        Assert.Equal(expected, EndPointParser.Connect("unix:\"@app, at work\"").Value?.EndPoint);
    }

    [Theory]
    [InlineData("unix:/run/app.sock,mode=660,owner=app,group=www-data", "660", "app", "www-data")]
    [InlineData("unix:/run/app.sock,mode=0600", "600", null, null)]
    [InlineData("unix:/run/app.sock,owner=0,group=\"a,b\"", null, "0", "a,b")]
    public void A_Unix_socket_s_file_has_permissions_and_owners(string text, string? mode, string? owner, string? group)
    {
        Parsed<ListenOptions> parsed = EndPointParser.Listen(text);

        Assert.Null(parsed.Error);
        Assert.Equal((mode, owner, group), (parsed.Value!.UnixMode is { } set ? Convert.ToString((int)set, 8) : null, parsed.Value.UnixOwner, parsed.Value.UnixGroup));
    }

    [Theory]
    [InlineData("unix:/run/app.sock,mode=888", "mode must be three octal digits, as chmod takes them; write mode=660")]
    [InlineData("unix:/run/app.sock,mode=4755", "mode must be three octal digits")]
    [InlineData("unix:/run/app.sock,mode=66", "mode must be three octal digits")]
    [InlineData("unix:/run/app.sock,mode", "mode must be three octal digits")]
    [InlineData("unix:/run/app.sock,owner=", "owner must be a name or a number; write owner=root")]
    [InlineData("unix:/run/app.sock,group", "group must be a name or a number; write group=www-data")]
    [InlineData("9000,mode=660", "mode is for a Unix socket with a path, such as unix:/run/app.sock,mode=660; remove it")]
    [InlineData("localhost:9000,owner=root", "owner is for a Unix socket with a path")]
    [InlineData("unix:@app,group=app", "group is for a Unix socket with a path")]
    public void B71_A_bad_permission_or_owner_is_refused(string text, string expected) =>
        Assert.Contains(expected, EndPointParser.Listen(text).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("127.0.0.1:9000,also=[::1]:9000,also=unix:/run/app.sock,backlog=5")]
    [InlineData("127.0.0.1:9000,backlog=5,also=[::1]:9000,also=unix:\"/run/app.sock\"")]
    [InlineData("127.0.0.1:9000,also=\"[::1]:9000\",backlog=5,also=\"unix:/run/app.sock\"")]
    public void B70_A_side_listens_on_several_end_points_in_the_order_written(string text)
    {
        Parsed<ListenOptions> parsed = EndPointParser.Listen(text);

        Assert.Null(parsed.Error);
        Assert.Equal(
            [new IPEndPoint(IPAddress.Loopback, 9000), new IPEndPoint(IPAddress.IPv6Loopback, 9000), new UnixDomainSocketEndPoint("/run/app.sock")], parsed.Value!.EndPoints);
        Assert.Equal(5, parsed.Value.Backlog);
    }

    [Theory]
    [InlineData("0,also=unix:\"/run/a,b.sock\",mode=660,also=0", "/run/a,b.sock")]
    [InlineData("0,mode=660,also=unix:\"/run/a\"\"b.sock\",also=0", "/run/a\"b.sock")]
    [InlineData("0,mode=660,also=unix:/run/a=b.sock,also=0", "/run/a=b.sock")]
    [InlineData("0,also=unix:/run/a+b.sock,also=0,mode=660", "/run/a+b.sock")]
    public void B70_An_option_is_for_all_wherever_it_stands(string text, string path)
    {
        Parsed<ListenOptions> parsed = EndPointParser.Listen(text);

        Assert.Null(parsed.Error);
        Assert.Equal((3, path), (parsed.Value!.EndPoints.Count, parsed.Value.EndPoints[1].ToString()));
        Assert.Equal("660", Convert.ToString((int)parsed.Value.UnixMode!, 8));
    }

    [Theory]
    [InlineData("9000,also=9000", "0.0.0.0:9000 is there twice; leave one of them out")]
    [InlineData("9000,also=127.0.0.1:9000", "0.0.0.0:9000 takes 127.0.0.1:9000 as well; leave one of them out")]
    [InlineData("9000,also=[::]:9000", "[::]:9000 takes 0.0.0.0:9000 as well; leave one of them out")]
    [InlineData("9000,also", "also=: the address is missing")]
    [InlineData("9000,also=localhost", "also=localhost: the port is missing; write localhost:9000")]
    [InlineData("9000,also=unix:\"/run/a,b.sock", "the quote is not closed")]
    [InlineData("9000,also=[::1]:9000,mode=660", "mode is for a Unix socket with a path")]
    [InlineData("9000,8000", "'8000' is an address of its own; to listen there too, write also=8000")]
    [InlineData("127.0.0.1:9000,[::1]:9000", "write also=[::1]:9000")]
    [InlineData("9000,unix:\"/run/a,b.sock\"", "write also=unix:\"/run/a,b.sock\"")]
    [InlineData("9000,als=8000", "did you mean also?")]
    [InlineData("9000+8000", "'9000+8000' is neither a port nor host:port")]
    public void B71_A_bad_further_end_point_is_refused(string text, string expected) =>
        Assert.Contains(expected, EndPointParser.Listen(text).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "the address is missing")]
    [InlineData("localhost", "the port is missing; write localhost:9000")]
    [InlineData("127.0.0.1", "the port is missing; write 127.0.0.1:9000")]
    [InlineData(":9000", "the host is missing; write 9000 alone")]
    [InlineData("localhost:", "the port is missing; write localhost:9000")]
    [InlineData("127.0.0.1:", "the port is missing; write 127.0.0.1:9000")]
    [InlineData("[::1]:", "the port is missing; write [::1]:9000")]
    [InlineData("localhost:http", "'http' is not a port")]
    [InlineData("localhost:-1", "'-1' is not a port")]
    [InlineData("localhost: 9000", "' 9000' is not a port")]
    [InlineData("65536", "'65536' is not a port")]
    [InlineData("99999999999", "'99999999999' is not a port")]
    [InlineData("::1:9000", "an IPv6 address goes in brackets; write [::1]:9000")]
    [InlineData("2001:db8::5:443", "write [2001:db8::5]:443")]
    [InlineData("1:2:3:4:5:6:7:8:443", "write [1:2:3:4:5:6:7:8]:443")]
    [InlineData("::1", "write [::1]:9000")]
    [InlineData("fe80::1", "write [fe80::1]:9000")]
    [InlineData("::", "write [::]:9000")]
    [InlineData("[::1]", "the port is missing; write [::1]:9000")]
    [InlineData("[::1]9000", "the port is missing")]
    [InlineData("[::1:9000", "the bracket is not closed")]
    [InlineData("[127.0.0.1]:9000", "brackets are for IPv6; write 127.0.0.1:9000")]
    [InlineData("[fe80::1]:9000", "an address of one link needs its interface; write [fe80::1%eth0]:9000")]
    [InlineData("[fe80::1%no-such-interface]:9000", "an address of one link needs its interface; write [fe80::1%eth0]:9000")]
    [InlineData("[localhost]:9000", "'localhost' is not an IPv6 address")]
    [InlineData("[]:9000", "'' is not an IPv6 address")]
    [InlineData("256.0.0.1:9000", "'256.0.0.1' is not an IPv4 address")]
    [InlineData("127.1:9000", "'127.1' is not an IPv4 address")]
    [InlineData("010.0.0.1:9000", "'010.0.0.1' is not an IPv4 address")]
    [InlineData("a b:9000", "'a b' is not a host name")]
    [InlineData("a:b:c", "there are too many colons")]
    [InlineData("unx:/run/app.sock", "a Unix socket is written unix:/path")]
    [InlineData("unix:", "the path is missing")]
    public void B71_A_bad_address_is_refused_on_either_kind_of_side(string text, string expected)
    {
        Assert.Contains(expected, EndPointParser.Listen(text).Error, StringComparison.Ordinal);
        Assert.Contains(expected, EndPointParser.Connect(text).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/tmp/x.sock", "a Unix socket is written unix:/tmp/x.sock")]
    [InlineData("./x.sock", "a Unix socket is written unix:./x.sock")]
    [InlineData("run/x.sock", "a Unix socket is written unix:run/x.sock")]
    [InlineData(" 9000", "there is a space before it; write '9000'")]
    [InlineData("9000 ", "there is a space after it; write '9000'")]
    [InlineData(" unix:/tmp/x.sock", "there is a space before it; write 'unix:/tmp/x.sock'")]
    [InlineData("\t9000\n", "there is a space before it; write '9000'")]
    [InlineData("   ", "the address is missing")]
    [InlineData("-", "standard input and output are written stdio:")]
    [InlineData("*:9000", "write 9000, or 0.0.0.0:9000")]
    [InlineData("--verbose", "'--verbose' is neither a port nor host:port")]
    [InlineData("9000 8000", "'9000 8000' is neither a port nor host:port")]
    [InlineData("9000;", "'9000;' is neither a port nor host:port")]
    public void B71_What_was_probably_meant_is_offered(string text, string expected)
    {
        Assert.Contains(expected, EndPointParser.Listen(text).Error, StringComparison.Ordinal);
        Assert.Contains(expected, EndPointParser.Connect(text).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tcp:9000", "'tcp:' is not needed; write 9000")]
    [InlineData("TCP-LISTEN:9000", "'TCP-LISTEN:' is not needed; write 9000")]
    [InlineData("TCP-LISTEN:9000,fork,reuseaddr", "'TCP-LISTEN:' is not needed; write 9000")]
    [InlineData("tcp4-l:9000", "'tcp4-l:' is not needed; write 9000")]
    [InlineData("TCP:db.internal:5432", "'TCP:' is not needed; write db.internal:5432")]
    [InlineData("TCP-CONNECT:127.0.0.1:80", "'TCP-CONNECT:' is not needed; write 127.0.0.1:80")]
    [InlineData("TCP6:[::1]:80", "'TCP6:' is not needed; write [::1]:80")]
    [InlineData("TCP6-LISTEN:80", "'TCP6-LISTEN:' is not needed; write [::]:80")]
    [InlineData("tcp:", "'tcp:' is not needed; write 9000")]
    [InlineData("UNIX-LISTEN:/tmp/x.sock", "a Unix socket is written unix:/tmp/x.sock")]
    [InlineData("UNIX-CONNECT:/tmp/x.sock", "a Unix socket is written unix:/tmp/x.sock")]
    [InlineData("UNIX:/tmp/x.sock", "a Unix socket is written unix:/tmp/x.sock")]
    [InlineData("unix:///tmp/x.sock", null)]
    [InlineData("proxy:8080", null)]
    [InlineData("STDIO", "standard input and output are written stdio:")]
    [InlineData("stdio:", null)]
    [InlineData("stdio:1", "standard input and output are written stdio:")]
    [InlineData("stdin", "standard input and output are written stdio:")]
    [InlineData("OPENSSL:db.internal:443", "TLS is written tls:db.internal:443")]
    [InlineData("udp:53", "'udp:' is not a kind of end point here")]
    [InlineData("EXEC:/bin/cat", "'EXEC:' is not a kind of end point here")]
    [InlineData("http://example.com/", "this is a URL; write example.com:80")]
    [InlineData("https://example.com/x?y", "this is a URL; write tls:example.com:443")]
    [InlineData("tcp://127.0.0.1:9000", "this is a URL; write 127.0.0.1:9000")]
    [InlineData("tcp://[::1]:9000", "this is a URL; write [::1]:9000")]
    public void B71_How_other_programs_write_it_gets_our_way_of_writing_it(string text, string? expected)
    {
        foreach (string? error in (string?[])[EndPointParser.Listen(text).Error, EndPointParser.Connect(text).Error])
        {
            Assert.Equal(expected is null, error is null);
            Assert.Contains(expected ?? "", error ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void B71_A_path_that_is_too_long_is_refused() =>
        Assert.Contains("the path is too long", EndPointParser.Listen($"unix:/{new string('x', 200)}").Error, StringComparison.Ordinal);
}
