using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.CommandLine;

namespace SocketConnector.Cli.Tests.CommandLine;

public sealed class EndPointParserTests
{
    public static TheoryData<string, EndPoint> Both => new()
    {
        { "127.0.0.1:9000", new IPEndPoint(IPAddress.Loopback, 9000) },
        { "0.0.0.0:65535", new IPEndPoint(IPAddress.Any, 65_535) },
        { "[::1]:9000", new IPEndPoint(IPAddress.IPv6Loopback, 9000) },
        { "[::]:9000", new IPEndPoint(IPAddress.IPv6Any, 9000) },
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
    [InlineData("", "the address is missing")]
    [InlineData("localhost", "the port is missing; write localhost:9000")]
    [InlineData("127.0.0.1", "the port is missing; write 127.0.0.1:9000")]
    [InlineData(":9000", "the host is missing; write 9000 alone")]
    [InlineData("localhost:", "'' is not a port")]
    [InlineData("localhost:http", "'http' is not a port")]
    [InlineData("localhost:-1", "'-1' is not a port")]
    [InlineData("localhost: 9000", "' 9000' is not a port")]
    [InlineData("65536", "'65536' is not a port")]
    [InlineData("99999999999", "'99999999999' is not a port")]
    [InlineData("::1:9000", "an IPv6 address goes in brackets; write [::1:9000]:9000")]
    [InlineData("[::1]", "the port is missing; write [::1]:9000")]
    [InlineData("[::1]9000", "the port is missing")]
    [InlineData("[::1:9000", "the bracket is not closed")]
    [InlineData("[127.0.0.1]:9000", "'127.0.0.1' is not an IPv6 address")]
    [InlineData("[]:9000", "'' is not an IPv6 address")]
    [InlineData("256.0.0.1:9000", "'256.0.0.1' is not an IPv4 address")]
    [InlineData("127.1:9000", "'127.1' is not an IPv4 address")]
    [InlineData("010.0.0.1:9000", "'010.0.0.1' is not an IPv4 address")]
    [InlineData("a b:9000", "'a b' is not a host name")]
    [InlineData("tls:host:443", "there are too many colons")]
    [InlineData("unx:/run/app.sock", "a Unix socket is written unix:/path")]
    [InlineData("unix:", "the path is missing")]
    [InlineData("--verbose", "the port is missing")]
    public void B71_A_bad_address_is_refused_on_either_kind_of_side(string text, string expected)
    {
        Assert.Contains(expected, EndPointParser.Listen(text).Error, StringComparison.Ordinal);
        Assert.Contains(expected, EndPointParser.Connect(text).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void B71_A_path_that_is_too_long_is_refused() =>
        Assert.Contains("the path is too long", EndPointParser.Listen($"unix:/{new string('x', 200)}").Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("9000,", "'' is not an option of an end point; there are backlog=N, accept-limit=N, and for unix: mode=, owner= and group=")]
    [InlineData("9000,baklog=5", "did you mean backlog?")]
    [InlineData("9000,limit=5", "'limit' is not an option of an end point")]
    [InlineData("9000,backlog", "backlog must be a number from 1 to 65535; write backlog=512")]
    [InlineData("9000,backlog=", "backlog must be a number")]
    [InlineData("9000,backlog=0", "backlog must be a number")]
    [InlineData("9000,backlog=65536", "backlog must be a number")]
    [InlineData("9000,accept-limit=0", "accept-limit must be a number from 1 to 2147483647; write accept-limit=1")]
    [InlineData("9000,accept-limit=1=2", "accept-limit must be a number")]
    [InlineData("9000,backlog=1,backlog=2", "backlog is there twice")]
    public void B71_A_bad_setting_is_refused(string text, string expected) =>
        Assert.Contains(expected, EndPointParser.Listen(text).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("9000,backlog=5", "backlog is for a side that listens, and this one connects out")]
    [InlineData("9000,accept-limit=1", "accept-limit is for a side that listens, and this one connects out")]
    [InlineData("unix:/run/app.sock,mode=660", "mode is for a side that listens, and this one connects out")]
    [InlineData("9000,x=1", "'x' is not an option of an end point")]
    public void B71_A_side_that_connects_out_refuses_the_settings_of_one_that_listens(string text, string expected) =>
        Assert.Contains(expected, EndPointParser.Connect(text).Error, StringComparison.Ordinal);
}
