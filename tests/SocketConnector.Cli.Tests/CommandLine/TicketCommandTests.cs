using System.Buffers.Text;
using System.Text.Json;
using SocketConnector.Cli.CommandLine;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.Cli.Values;
using SocketConnector.Rendezvous;

namespace SocketConnector.Cli.Tests.CommandLine;

/// <summary>What <c>ticket</c> puts into a ticket.</summary>
public sealed class TicketCommandTests : IDisposable
{
    private const string Secret = "a secret of enough bytes";

    private readonly SecretFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("--max-bytes", "1", "max_bytes", 1L)]
    [InlineData("--max-bytes", "10GiB", "max_bytes", 10L << 30)]
    [InlineData("--max-bytes", "1024TiB", "max_bytes", 1L << 50)]
    [InlineData("--max-waiting", "7", "max_waiting", 7L)]
    [InlineData("--max-time", "2d", "max_seconds", 172_800L)]
    public void B112_Its_limits_are_those_of_the_line(string option, string value, string claim, long expected) =>
        Assert.Equal(expected, Claims(option, value).GetProperty(claim).GetInt64());

    [Theory]
    [InlineData("30d", 30)]
    [InlineData("3650d", 3650)]
    public void B112_It_may_be_good_for_years(string expires, int days)
    {
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        Assert.InRange(Claims("--expires", expires).GetProperty("exp").GetInt64() - now, (days * 86_400L) - 1, (days * 86_400L) + 600);
    }

    [Theory]
    [InlineData(null, EndToEndMode.Tls)]
    [InlineData("tls", EndToEndMode.Tls)]
    [InlineData("proof", EndToEndMode.Proof)]
    [InlineData("none", EndToEndMode.None)]
    public void B112_The_session_that_it_is_for_is_one_of_a_mode(string? e2e, EndToEndMode mode)
    {
        string session = _files.Add("session", Secret);

        string? name = Claims(["--session", session, .. e2e is null ? Array.Empty<string>() : ["--e2e", e2e]]).GetProperty("session").GetString();

        Assert.Equal(SessionSecret.Parse(Secret).GetSessionName(mode), name);
    }

    [Theory]
    [InlineData("--max-waiting x", "--max-waiting must be a number from 1 on, such as --max-waiting 10")]
    [InlineData("--max-waiting 0", "--max-waiting must be a number from 1 on, such as --max-waiting 10")]
    [InlineData("--max-bytes 0", "--max-bytes '0' is out of range; it must be from 1 to 1024TiB")]
    [InlineData("--max-bytes 99999999999999999", "--max-bytes '99999999999999999' is out of range")]
    [InlineData("--role both", "--role 'both' is none of listen, connect")]
    [InlineData("--e2e yes", "--e2e 'yes' is none of tls, proof, none")]
    [InlineData("--expires 30", "--expires '30' has no unit; write 30h or 30d")]
    public void B71_A_wrong_value_is_told(string arguments, string expected)
    {
        var line = EntryPoint.Parse(["ticket", "--key", "file:k", "--tenant", "acme", .. arguments.Split(' ')]);

        Assert.Contains(expected, Mistake.Describe(line), StringComparison.Ordinal);
    }

    [Fact]
    public void B71_A_mode_without_a_session_is_told() => Assert.Contains("--e2e is about the session of --session", Sign("--e2e", "proof").Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("--json", "--json is not for ticket, which prints a ticket and nothing else; remove it")]
    [InlineData("--drain 5s", "--drain is not for ticket")]
    [InlineData("--name db", "--name is not for ticket")]
    public void B71_What_is_for_other_commands_is_told(string arguments, string expected) => Assert.Contains(expected, Sign(arguments.Split(' ')).Error, StringComparison.Ordinal);

    private Parsed<string> Sign(params IEnumerable<string> options)
    {
        var line = EntryPoint.Parse(["ticket", "--key", _files.Add("key", new string('k', 32)), "--tenant", "acme", .. options]);
        Assert.False(Mistake.IsIn(line), "the parser has found a mistake");
        return ((TicketCommand)line.CommandResult.Command).Sign(line);
    }

    private JsonElement Claims(params IEnumerable<string> options) =>
        JsonElement.Parse(Base64Url.DecodeFromChars(Sign(options).Value!.Split('.')[1]));
}
