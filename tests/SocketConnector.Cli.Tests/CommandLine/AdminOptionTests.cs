using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using SocketConnector.Cli.Admin;
using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.Tests.Processes;

namespace SocketConnector.Cli.Tests.CommandLine;

/// <summary><c>--admin</c>, and what does not go together with the commands that take it.</summary>
public sealed class AdminOptionTests
{
    [Theory]
    [InlineData("list --admin here", "--admin 'here' is no place of an admin channel; write auto, unix:PATH or 127.0.0.1:PORT,token=file:PATH")]
    [InlineData("list --admin auto,token=env:X", "--admin auto takes no options; write auto, unix:PATH or 127.0.0.1:PORT,token=file:PATH")]
    [InlineData("list --admin 9000", "--admin needs a token by TCP, since every user of this machine may connect there; write token=file:PATH")]
    [InlineData("list --admin 10.0.0.1:9000,token=env:X", "--admin is for this machine alone")]
    [InlineData("list --admin db.internal:9000,token=env:X", "--admin is for this machine alone")]
    [InlineData("list --admin stdio:", "--admin is for this machine alone")]
    [InlineData("list --admin tls:9000,token=env:X", "--admin takes neither TLS nor a relay")]
    [InlineData("list --admin unix:/x,token=env:X", "--admin a Unix socket is guarded by its permissions, and takes no token")]
    [InlineData("list --admin unix:@x", "--admin is an abstract name, which has no permissions, so every user could connect; write unix:PATH")]
    [InlineData("list --admin 9000,token=stdin:", "--admin token is not read from standard input")]
    [InlineData("list --admin 9000,tokn=env:X", "'tokn' is not an option of an admin channel by TCP (did you mean token?); see socketconnector help admin")]
    [InlineData("list --admin", "--admin needs a value; write --admin WHERE")]
    [InlineData("list --sort byte", "--sort 'byte' is no key (did you mean bytes?); it is one of id, age, bytes, rate, a, b, identity")]
    [InlineData("list --limit 0", "--limit must be a number from 1 on, such as --limit 20")]
    [InlineData("show", "ID is missing; show takes ID")]
    [InlineData("show x", "ID: 'x' is not the number of a connection; take one from socketconnector list")]
    [InlineData("show 12 13", "'13' is one too many; show takes ID")]
    [InlineData("end", "ID is missing; end takes ID")]
    [InlineData("end 12 0", "ID: '0' is not the number of a connection")]
    [InlineData("drain --within none", "--within 'none' is no limit; write a time such as 30s, or leave --within out")]
    [InlineData("capture", "FILE is missing; capture takes FILE")]
    [InlineData("capture x --side C", "--side 'C' is no side; write A or B")]
    [InlineData("capture x --address 10.0.0.1+::1", "--address '10.0.0.1+::1' is several networks; write one")]
    [InlineData("capture x --snaplen 1", "--snaplen must be a number from 68 to")]
    [InlineData("capture x --port 65536", "--port must be a number from 1 to 65535, such as --port 443")]
    [InlineData("lst", "there is no command 'lst' (did you mean list?)")]
    public void B71_A_mistake_is_told_in_one_line_that_names_the_part(string arguments, string expected)
    {
        ParseResult line = EntryPoint.Parse(arguments.Split(' '));

        Assert.True(Mistake.IsIn(line), "no mistake is seen");
        Assert.Contains(expected, Mistake.Describe(line), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list --admin 9000,token=hunter2")]
    [InlineData("list --admin 9000,token=file:x,read-token=hunter2")]
    [InlineData("server-to-server 9000 8000 7000 --admin 9000,token=hunter2")]
    public void B71_A_token_is_not_repeated(string arguments)
    {
        string told = Mistake.Describe(EntryPoint.Parse(arguments.Split(' ')));

        Assert.Contains("secrets are not taken from the command line", told, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list --drain 5s", "--drain is not for list; remove it")]
    [InlineData("show 12 --verbose", "--verbose is not for show; remove it")]
    [InlineData("capture - --side a", "--side says of which peer --address and --port are asked; write one of these, or remove it")]
    [InlineData("capture - --json", "--json is not for capture; remove it")]
    [InlineData("list --admin 0,token=env:HOME", "--admin: the port is missing; write the one that the connector listens on")]
    [InlineData("list --admin 9000,token=env:HOME,read-token=env:PATH", "--admin: read-token is for the connector; a client writes its token behind token=")]
    [InlineData("list --admin 9000,token=env:NO_SUCH_VARIABLE", "--admin: token: there is no environment variable NO_SUCH_VARIABLE")]
    public async Task B71_What_means_nothing_here_is_told(string arguments, string expected)
    {
        await using ChildProcess program = TheProgram.Start(arguments.Split(' '));
        await program.ExpectExitAsync(2);
        Assert.Equal([$"socketconnector: {expected}"], program.Errors);
    }

    [Fact]
    public void B133_A_channel_by_TCP_has_tokens_and_one_by_a_Unix_socket_its_permissions()
    {
        const string Full = "the-token-for-everything", Look = "the-token-to-look";
        using var files = new SecretFiles();
        string token = files.Add("token", Full), readOnly = files.Add("read", Look), spaced = files.Add("spaced", "more than one word"), brief = files.Add("brief", "hunter2-hunter2");

        AdminPlace place = AdminOptionTable.Parse($"localhost:9000,token={token},read-token={readOnly}").Value!.ToServe().Value!;
        Assert.Equal((new IPEndPoint(IPAddress.Loopback, 9000), Full, Look), (place.EndPoint, place.Token, place.ReadOnlyToken));
        Assert.DoesNotContain(Full, place.ToString(), StringComparison.Ordinal);

        Assert.Equal("/run/a,b.sock", Assert.IsType<UnixDomainSocketEndPoint>(AdminOptionTable.Parse("unix:\"/run/a,b.sock\"").Value!.ToServe().Value!.EndPoint).ToString());
        Assert.Contains("must not be the same", AdminOptionTable.Parse($"9000,token={token},read-token={token}").Value!.ToServe().Error, StringComparison.Ordinal);
        const string Wrong = ": it must be one word of at least 16 ASCII letters, digits and signs; make one with openssl rand -hex 32";
        Assert.Equal($"--admin: token{Wrong}", AdminOptionTable.Parse($"9000,token={spaced}").Value!.ToServe().Error);
        Assert.Equal($"--admin: token{Wrong}", AdminOptionTable.Parse($"9000,token={brief}").Value!.ToServe().Error);
        Assert.Equal($"--admin: read-token{Wrong}", AdminOptionTable.Parse($"9000,token={token},read-token={brief}").Value!.ToServe().Error);
    }

    [Fact]
    public void B100_A_token_that_others_may_read_is_warned_of()
    {
        using var files = new SecretFiles();
        Assert.Contains("other users may read", Assert.Single(AdminOptionTable.Parse($"9000,token={files.Add("token", "x", isForAll: true)}").Value!.Warnings), StringComparison.Ordinal);
    }
}
