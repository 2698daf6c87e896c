using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.EndPoints;

namespace SocketConnector.Cli.Tests.EndPoints;

/// <summary>How <c>via:</c> is written.</summary>
public sealed class ViaEndPointTests
{
    [Theory]
    [InlineData("via:relay.example:7000,session=env:S")]
    [InlineData("via:127.0.0.1:7000,session=file:s,ticket=file:t,e2e=proof,standby=8,standby-max=64")]
    [InlineData("via:[::1]:7000,session=stdin:,relay-tls,relay-pin=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("via:7000,session=file:s,bandwidth=1MiB/s")]
    public void It_stands_where_a_side_listens_and_where_it_connects(string text)
    {
        Assert.Null(EndPointParser.Listen(text).Error);
        Assert.Null(EndPointParser.Connect(text).Error);
    }

    [Theory]
    [InlineData("via:relay.example:7000", "the session's secret is missing")]
    [InlineData("via:relay.example:7000,session=", "never the secret itself")]
    [InlineData("via:relay.example,session=file:s", "the port is missing; write via:relay.example:9000")]
    [InlineData("via:relay.example:7000,session=file:s,e2e=yes", "e2e must be tls, proof or none")]
    [InlineData("via:relay.example:7000,session=file:s,standby=0", "standby must be a number from 1 to 256")]
    [InlineData("via:relay.example:7000,session=file:s,session=file:t", "session is given twice")]
    [InlineData("via:relay.example:7000,session=file:s,relay-client-auth=require", "client-auth is for a side that listens")]
    [InlineData("via:relay.example:7000,session=file:s,sesion=x", "'sesion' is not an option of a via: end point")]
    [InlineData("via:relay.example:7000,session=file:s,user-timeout=3s", "user-timeout is not for via:")]
    public void A_mistake_is_told_in_one_line(string text, string expected)
    {
        Assert.Contains(expected, EndPointParser.Listen(text).Error!, StringComparison.Ordinal);
        Assert.Contains(expected, EndPointParser.Connect(text).Error!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("via:relay.example:7000,session=hunter2", "session=env:NAME, session=file:PATH or session=stdin:")]
    [InlineData("via:relay.example:7000,session=\"hunter2\",e2e=tls", "session=env:NAME, session=file:PATH or session=stdin:")]
    [InlineData("via:relay.example:7000,session=file:s,ticket=eyJhbGciOi", "ticket=env:NAME, ticket=file:PATH or ticket=stdin:")]
    [InlineData("via:relay.example:7000,session=file:s,session=hunter2", "session=env:NAME, session=file:PATH or session=stdin:")]
    [InlineData("via:relay.example:7000,session=file:s,ticket=file:t", null)]
    [InlineData("via:relay.example:7000,session=env:S", null)]
    [InlineData("via:relay.example:7000,session=", null)]
    public void A_secret_on_the_line_is_recognised_and_what_to_write_instead_is_told(string word, string? instead)
    {
        Assert.Equal(instead, ViaOptionTable.InPlaceOfSecret(word));
        if (instead is not null)
        {
            string told = Mistake.Describe(EntryPoint.Parse(["server-to-socket", word, "22"]));
            Assert.EndsWith($"; write {instead}", told, StringComparison.Ordinal);
        }
    }
}
