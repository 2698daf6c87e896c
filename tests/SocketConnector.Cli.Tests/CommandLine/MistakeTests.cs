using System.CommandLine;
using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.Tests.Sharing;
using SocketConnector.Cli.Values;

namespace SocketConnector.Cli.Tests.CommandLine;

public sealed class MistakeTests
{
    [Theory]
    [InlineData("", "the command is missing; it is one of server-to-server, server-to-socket, socket-to-server, socket-to-socket, rendezvous, share, join, ticket, list, show, end, abort, drain, watch, capture, extcap, top; see")]
    [InlineData("server-to-serve 9000 8000", "there is no command 'server-to-serve' (did you mean server-to-server?)")]
    [InlineData("relay 9000 8000", "there is no command 'relay'; see socketconnector --help")]
    [InlineData("server-to-server", "LISTEN_A is missing; server-to-server takes LISTEN_A and LISTEN_B")]
    [InlineData("socket-to-server 9000", "LISTEN_B is missing; socket-to-server takes CONNECT_A and LISTEN_B")]
    [InlineData("server-to-socket 9000 8000 7000", "'7000' is one too many; server-to-socket takes LISTEN_A and CONNECT_B")]
    [InlineData("server-to-server 9000 8000 --verbos", "there is no option --verbos (did you mean --verbose?)")]
    [InlineData("server-to-server --verbos 9000 8000", "there is no option --verbos (did you mean --verbose?)")]
    [InlineData("--verbos server-to-server 9000 8000", "there is no option --verbos (did you mean --verbose?)")]
    [InlineData("server-to-server 9000 8000 --log", "there is no option --log (did you mean --log-traffic?)")]
    [InlineData("server-to-server 9000 8000 --grace-perid=5s", "there is no option --grace-perid (did you mean --grace-period?)")]
    [InlineData("server-to-server 9000 8000 -x", "there is no option -x; see socketconnector help options")]
    [InlineData("server-to-server 9000 8000 --grace-period", "--grace-period needs a value; write --grace-period TIME")]
    [InlineData("server-to-server 9000 8000 --events some", "--events 'some' names no events; write all or none")]
    [InlineData("server-to-server 9000 8000 --grace-period 5x", "--grace-period '5x' is not a duration")]
    [InlineData("server-to-server 9000 8000 --grace-period -5s", "--grace-period '-5s' is not a duration")]
    [InlineData("server-to-server 9000 8000 --grace-period 5s --grace-period 6s", "--grace-period is given 2 times; write it once")]
    [InlineData("server-to-server 9000 8000 --connect-timeout 1", "--connect-timeout '1' has no unit")]
    [InlineData("server-to-server 9000 8000 --half-close-timeout 0s", "--half-close-timeout '0s' is too short")]
    [InlineData("server-to-server 9000 8000 --drain x", "--drain 'x' is not a duration")]
    [InlineData("server-to-server 9000 8000 --buffer-size 64kb", "--buffer-size '64kb' can mean multiples of 1000 or of 1024; write 64KiB for 1024")]
    [InlineData("hlp", "there is no command 'hlp' (did you mean help?)")]
    [InlineData("help listening 9000", "'9000' is one too many; help takes one topic")]
    [InlineData("help lisening", "there is no help on 'lisening' (did you mean listening?)")]
    [InlineData("version", "there is no command 'version' (did you mean --version?)")]
    [InlineData("server-to-server 9000 8000 -V", "there is no option -V (did you mean --version or --verbose?)")]
    [InlineData("server-to-server 9000 8000 -v", "there is no option -v (did you mean --version or --verbose?)")]
    [InlineData("server-to-server 9000 8000 --grace-period=", "--grace-period needs a value; write --grace-period TIME")]
    [InlineData("server-to-server 9000 8000 --grace-period --json", "--grace-period needs a value; write --grace-period TIME")]
    [InlineData("server-to-server 9000 8000 --json false", "'false' is one too many; server-to-server takes LISTEN_A and LISTEN_B")]
    [InlineData("9000 8000", "there is no command '9000'; see socketconnector --help")]
    [InlineData("[suggest] server-to-server 9000 8000", "there is no command '[suggest]'; see socketconnector --help")]
    [InlineData("[::1]:9000 8000", "there is no command '[::1]:9000'")]
    [InlineData("server-to-server - 8000", "LISTEN_A '-': standard input and output are written stdio:")]
    [InlineData("server-to-server -- 9000 /tmp/x.sock", "LISTEN_B '/tmp/x.sock': a Unix socket is written unix:/tmp/x.sock")]
    [InlineData("server-to-server 9000 8000 --engine linux", "--engine 'linux' is no engine; write auto or portable")]
    [InlineData("server-to-server 9000 8000 --name a\u202e", "--name needs 1 to 128 characters")]
    [InlineData("server-to-server 9000 8000 --keep-alive 60", "--keep-alive '60' does not have three parts")]
    [InlineData("server-to-server 9000,baklog=1 8000", "LISTEN_A '9000,baklog=1': 'baklog' is not an option of an end point to listen on (did you mean backlog?)")]
    [InlineData("server-to-socket 9000 8000,backlog=1", "CONNECT_B '8000,backlog=1': backlog is for a side that listens")]
    [InlineData("socket-to-server localhost 8000", "CONNECT_A 'localhost': the port is missing")]
    [InlineData("server-to-server x y --grace-period z", "LISTEN_A 'x'")]
    [InlineData("server-to-server tls:9000,cert=a.pem,client-auth=require 8000 --verbos", "there is no option --verbos")]
    [InlineData("server-to-server tls:9000,cert=a.pem,client-auth=required 8000", "client-auth must be none, request or require")]
    [InlineData("server-to-socket 9000 tls:db:5432,client-auth=require", "client-auth is for a side that listens; remove it")]
    [InlineData("server-to-socket 9000 8000 --idle-timout 5s", "(did you mean --idle-timeout?); see socketconnector help options")]
    [InlineData("server-to-socket 9000 8000 --pending-timeout", "--pending-timeout needs a value; write --pending-timeout TIME; see socketconnector help options")]
    [InlineData("server-to-socket 9000 8000 --pending-timeout --json", "--pending-timeout needs a value; write --pending-timeout TIME; see socketconnector help options")]
    [InlineData("server-to-socket 9000 8000 --VERBOSE", "there is no option --VERBOSE (did you mean --verbose?)")]
    [InlineData("rendezvous 127.0.0.1:0 --max-waiting x", "--max-waiting must be a number from 1 on, such as --max-waiting 1000")]
    [InlineData("rendezvous 127.0.0.1:0 --max-joins 0", "--max-joins must be a number from 1 on, such as --max-joins 100")]
    public void B71_A_mistake_is_told_in_one_line_that_names_the_part(string arguments, string expected)
    {
        ParseResult line = EntryPoint.Parse(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.True(Mistake.IsIn(line), "no mistake is seen");
        string told = Mistake.Describe(line);
        Assert.Contains(expected, told, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', told);
    }

    [Theory]
    [InlineData("CODE")]
    [InlineData("CODE 2222")]
    [InlineData("jion CODE")]
    [InlineData("share CODE --via 127.0.0.1:7000")]
    [InlineData("share 22 CODE")]
    [InlineData("rendezvous CODE")]
    [InlineData("server-to-socket CODE 22")]
    [InlineData("server-to-socket 9000 22 CODE")]
    [InlineData("help CODE")]
    public void A_code_is_not_repeated(string arguments)
    {
        string code = Codes.DistantByTls;
        foreach (string typed in (string[])[code, code.ToLowerInvariant(), code.Replace("-", "", StringComparison.Ordinal), code.Replace('-', ' '), code[..^1], $"{code[..7]}{(code[7] == '7' ? '8' : '7')}{code[8..]}"])
        {
            ParseResult line = EntryPoint.Parse([.. arguments.Split(' ').Select(word => word == "CODE" ? typed : word)]);

            Assert.True(Mistake.IsIn(line), "no mistake is seen");
            Assert.Contains("a code is for join", Mistake.Describe(line), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nor_is_a_part_of_one_with_spaces() =>
        Assert.Contains("there is a word too many", Mistake.Describe(EntryPoint.Parse(["join", .. Codes.Distant.Split('-')])), StringComparison.Ordinal);

    [Theory]
    [InlineData("server-to-server 9000 8000")]
    [InlineData("--verbose server-to-server 9000 8000")]
    [InlineData("socket-to-socket 9000 unix:/run/app.sock --log-traffic --json --verbose --grace-period=30s --drain 0s")]
    [InlineData("server-to-socket 0,accept-limit=1 db.internal:5432 --engine auto --keep-alive off --buffer-size 1MiB --connect-timeout none --half-close-timeout 1h")]
    public void A_good_line_has_no_mistake(string arguments) => Assert.Empty(EntryPoint.Parse(arguments.Split(' ')).Errors);

    [Theory]
    [InlineData("--version")]
    [InlineData("server-to-server --version")]
    [InlineData("server-to-server 9000 8000 --version")]
    [InlineData("server-to-server --help")]
    [InlineData("socket-to-socket 9000 -h")]
    [InlineData("share 0123456789ABCDEFGHJKMNPQRSTVWXYZ0123456789 --help")]
    [InlineData("--help")]
    public void Help_and_version_can_be_asked_for_anywhere(string arguments) => Assert.False(Mistake.IsIn(EntryPoint.Parse(arguments.Split(' '))), "a mistake is seen");

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("verbos", "verbose", 1)]
    [InlineData("timout", "timeout", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_counts_letters(string one, string other, int expected)
    {
        Assert.Equal(expected, Suggestion.Distance(one, other));
        Assert.Equal(expected, Suggestion.Distance(other, one));
    }
}
