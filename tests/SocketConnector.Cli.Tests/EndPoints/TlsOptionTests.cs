using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using SocketConnector.Cli.EndPoints;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndPoints;

public sealed class TlsOptionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tls").FullName;

    [Fact]
    public void A_side_that_listens_speaks_TLS_with_what_stands_behind_its_comma()
    {
        using var authority = new TestAuthority();
        string ca = Path.Combine(_folder, "ca.pem");
        File.WriteAllText(ca, authority.Certificate.ExportCertificatePem());
        ListenOptions options = EndPointParser.Listen($"tls:127.0.0.1:8443,cert=a.pem,backlog=7,key=a.key,ca={ca},client-auth=require,min-version=1.3,alpn=h2+http/1.1").Value!;
        Assert.Equal((IPEndPoint.Parse("127.0.0.1:8443"), 7), (options.EndPoint, options.Backlog));
        SslServerAuthenticationOptions tls = options.Tls!.Authentication;
        Assert.Equal(new TlsCertificateFiles("a.pem", "a.key"), options.Tls.CertificateFiles);
        Assert.Equal((true, SslProtocols.Tls13, 2), (tls.ClientCertificateRequired, tls.EnabledSslProtocols, tls.ApplicationProtocols!.Count));
        Assert.Equal(authority.Certificate, Assert.Single(tls.CertificateChainPolicy!.CustomTrustStore));
        Assert.Equal(new TlsCertificateFiles("a.pem"), EndPointParser.Listen("tls:8443,cert=a.pem").Value!.Tls!.CertificateFiles);
        Assert.Null(EndPointParser.Listen("8443").Value!.Tls);
        Assert.True(EndPointParser.Listen("tls:8443,cert=a.pem,tls-optional").Value!.Tls!.AllowPlaintext);
        Assert.False(options.Tls.AllowPlaintext);
    }

    [Fact]
    public void A_side_that_connects_out_speaks_TLS_with_what_stands_behind_its_comma()
    {
        ConnectOptions options = EndPointParser.Connect("tls:db.internal:5432,server-name=db.example,cert=a.pem,send-proxy=v2").Value!;
        Assert.Equal((new DnsEndPoint("db.internal", 5432), ProxyVersion.V2), (options.EndPoint, options.SendProxy));
        Assert.Equal(("db.example", SslProtocols.Tls12 | SslProtocols.Tls13), (options.Tls!.Authentication.TargetHost, options.Tls.Authentication.EnabledSslProtocols));
        Assert.Equal(new TlsCertificateFiles("a.pem"), options.Tls.CertificateFiles);
        Assert.Null(EndPointParser.Connect("tls:db.internal:5432").Value!.Tls!.Authentication.RemoteCertificateValidationCallback);
        Assert.Same(TlsTrust.AcceptAny, EndPointParser.Connect("tls:db.internal:5432,insecure").Value!.Tls!.Authentication.RemoteCertificateValidationCallback);
    }

    [Theory]
    [InlineData("tls:8443", "the certificate is missing; write tls:8443,cert=/etc/ssl/site.pem,key=/etc/ssl/site.key")]
    [InlineData("tls:8443,cert=", "cert must be the path of a file of PEM")]
    [InlineData("tls:8443,cert=a.pem,server-name=x", "server-name is for a side that connects out")]
    [InlineData("tls:8443,cert=a.pem,insecure", "insecure is for a side that connects out")]
    [InlineData("tls:8443,cert=a.pem,tls-optional=yes", "tls-optional takes no value; write tls-optional alone")]
    [InlineData("tls:8443,cert=a.pem,tls-optional,client-auth=require", "tls-optional admits peers without a certificate, which client-auth=require forbids")]
    [InlineData("8443,tls-optional", "tls-optional is for TLS; write tls: before the address")]
    [InlineData("tls:8443,cert=a.pem,client-auth=always", "client-auth must be none, request or require")]
    [InlineData("tls:8443,cert=a.pem,min-version=1.0", "min-version must be 1.2 or 1.3")]
    [InlineData("tls:8443,cert=a.pem,ca=/none.pem", "ca: cannot read '/none.pem': there is no such file")]
    [InlineData("tls:8443,cert=a.pem,pin=sha256:abc", "pin must be sha256: and then SHA-256 of the key")]
    [InlineData("tls:8443,cert=a.pem,pin=sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "pin is for the certificates of clients, which are not asked for")]
    [InlineData("tls:8443,cert=a.pem,alpn=", "alpn must be names with + between them")]
    [InlineData("tls:8443,cert=a.pem,cert=b.pem", "cert is given twice")]
    [InlineData("tls:8443,crt=a.pem", "'crt' is not an option of a tls: end point to listen on (did you mean cert?); see socketconnector help listening and help tls")]
    [InlineData("tls:8443,baklog=5", "'baklog' is not an option of a tls: end point to listen on (did you mean backlog?)")]
    [InlineData("tls:8443,CA=a.pem", "(did you mean ca?)")]
    [InlineData("tls:8443,nonsense=1", "'nonsense' is not an option of a tls: end point to listen on; see socketconnector help listening and help tls")]
    [InlineData("tls:8443,cert=a.pem,", "an option is missing after the last comma")]
    [InlineData("tls:8443,,cert=a.pem", "an option is missing between two commas")]
    [InlineData("8443,cert=a.pem", "cert is for TLS; write tls: before the address")]
    [InlineData("TLS:8443", "TLS is written tls:8443, once for all addresses of a side")]
    [InlineData("tls:8443,cert=a.pem,also=tls:8444", "also=tls:8444: TLS is written tls:8444, once for all addresses of a side")]
    public void B71_What_is_wrong_with_a_side_that_listens_is_told(string text, string expected) =>
        Assert.Contains(expected, EndPointParser.Listen(text).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("tls:db:5432,client-auth=require", "client-auth is for a side that listens")]
    [InlineData("tls:db:5432,tls-optional", "tls-optional is for a side that listens; remove it")]
    [InlineData("tls:db:5432,key=a.key", "there is a key and no certificate; write cert=FILE too")]
    [InlineData("tls:db:5432,insecure,pin=sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "insecure checks nothing, so ca and pin contradict it")]
    [InlineData("tls:db:5432,insecure=yes", "insecure takes no value")]
    [InlineData("tls:db:5432,insecur", "'insecur' is not an option of a tls: end point to connect to (did you mean insecure?); see socketconnector help connecting and help tls")]
    [InlineData("tls:db:5432,sevrer-name=x", "(did you mean server-name?)")]
    [InlineData("tls:db:5432,", "an option is missing after the last comma")]
    [InlineData("tls:db:5432,server-name=a/b", "server-name must be a host name or an address, and 'a/b' is neither")]
    [InlineData("db:5432,insecure", "insecure is for TLS; write tls: before the address")]
    [InlineData("tls:tls:db:5432", "TLS is written tls:")]
    public void B71_What_is_wrong_with_a_side_that_connects_out_is_told(string text, string expected) =>
        Assert.Contains(expected, EndPointParser.Connect(text).Error, StringComparison.Ordinal);

    [Fact]
    public void B71_A_pin_beside_authorities_that_it_would_override_is_refused()
    {
        using var authority = new TestAuthority();
        string ca = Path.Combine(_folder, "ca.pem");
        File.WriteAllText(ca, authority.Certificate.ExportCertificatePem());
        string both = $"ca={ca},pin=sha256:{new string('A', 43)}=";
        const string Expected = "pin trusts its key whoever signed it, so ca has no effect; remove one of them";
        Assert.Equal(Expected, EndPointParser.Connect($"tls:db:5432,{both}").Error);
        Assert.Equal(Expected, EndPointParser.Listen($"tls:8443,cert=a.pem,client-auth=require,{both}").Error);
    }

    [Theory]
    [InlineData("localhost", "the port is missing; write tls:localhost:9000")]
    [InlineData("localhost:", "write tls:localhost:9000")]
    [InlineData(":9000", "the host is missing; write tls:9000 alone, or tls:host:9000")]
    [InlineData("*:9000", "write tls:9000, or tls:0.0.0.0:9000")]
    [InlineData(" 9000", "write 'tls:9000'")]
    [InlineData("::1", "write tls:[::1]:9000")]
    [InlineData("::1:8443", "write tls:[::1]:8443")]
    [InlineData("[::1]", "write tls:[::1]:9000")]
    [InlineData("[::1:9000", "the bracket is not closed; write tls:[::1]:9000")]
    [InlineData("[localhost]:9000", "write tls:[::1]:9000")]
    [InlineData("[127.0.0.1]:9000", "write tls:127.0.0.1:9000")]
    [InlineData("[fe80::1]:9000", "write tls:[fe80::1%eth0]:9000")]
    [InlineData("/run/app.sock", "a Unix socket is written tls:unix:/run/app.sock")]
    [InlineData("host:/run/app.sock", "a Unix socket is written tls:unix:/path")]
    [InlineData("unix:", "write tls:unix:/run/app.sock")]
    [InlineData("unix:@", "write tls:unix:@name")]
    [InlineData("", "write a port, host:port, [ipv6]:port or unix:/path after tls:")]
    [InlineData("tcp:9000", "'tcp:' is not needed; write tls:9000")]
    [InlineData("TCP6-LISTEN:80", "write tls:[::]:80")]
    [InlineData("UNIX:/tmp/x.sock", "a Unix socket is written tls:unix:/tmp/x.sock")]
    [InlineData("http://example.com/", "write tls:example.com:80")]
    [InlineData("https://example.com/", "write tls:example.com:443")]
    public void B71_No_advice_drops_TLS(string address, string expected)
    {
        Assert.Contains(expected, EndPointParser.Listen($"tls:{address}").Error, StringComparison.Ordinal);
        Assert.Contains(expected, EndPointParser.Connect($"tls:{address}").Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
