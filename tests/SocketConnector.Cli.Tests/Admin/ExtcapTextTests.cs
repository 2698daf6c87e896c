using SocketConnector.Cli.Admin;

namespace SocketConnector.Cli.Tests.Admin;

/// <summary>What Wireshark reads of <c>socketconnector extcap</c>.</summary>
public sealed class ExtcapTextTests
{
    [Theory]
    [InlineData("db", "", "", "db")]
    [InlineData(null, "127.0.0.1:8080", "", "127.0.0.1:8080")]
    [InlineData(null, "127.0.0.1:8080", "[::1]:9000", "127.0.0.1:8080, [::1]:9000")]
    [InlineData(null, "", "unix:/run/app.sock", "unix:/run/app.sock")]
    [InlineData(null, "", "", "connector 1")]
    [InlineData("", "", "", "connector 1")]
    [InlineData("a}{value=b", "", "", "a)(value=b")]
    [InlineData("a\nextcap {version=9}\r", "", "", @"a\nextcap (version=9)\r")]
    [InlineData("a\e[2J\u2028b\u202ec", "", "", @"a\x1b[2J\u2028b\u202ec")]
    [InlineData(null, "", "unix:/run/}\n.sock", @"unix:/run/)\n.sock")]
    [InlineData("büro", "", "", "büro")]
    public void B132_A_connector_is_an_interface_and_its_name_breaks_no_line(string? name, string listensA, string listensB, string shown)
    {
        var connector = new ConnectorInfo { Id = "1", Name = name, ListensA = Several(listensA), ListensB = Several(listensB) };
        Assert.Equal($"interface {{value=socketconnector-77-1}}{{display=SocketConnector {shown} (process 77)}}\n", ExtcapText.Interfaces([Channel(77, connector)]));
    }

    [Fact]
    public void B132_All_connectors_of_all_processes_are_listed_but_for_one_that_says_no_process()
    {
        ConnectorInfo one = new() { Id = "1", Name = "a" }, two = new() { Id = "2", Name = "b" };
        Assert.Equal(
            ["socketconnector-77-1", "socketconnector-77-2", "socketconnector-78-1"],
            ExtcapText.Interfaces([Channel(77, one, two), Channel(78, one), Channel(79), new ConnectorList(null, default, [one])]).Split('\n')[..^1].Select(static line => line.Split('}')[0]["interface {value=".Length..]));
        Assert.Empty(ExtcapText.Interfaces([]));
    }

    [Theory]
    [InlineData("0.1.0", "0.1.0")]
    [InlineData("1}{2\n", @"1)(2\n")]
    public void B132_The_program_tells_its_version(string version, string shown) =>
        Assert.Equal($"extcap {{version={shown}}}{{display=SocketConnector}}\n", ExtcapText.Program(version));

    [Theory]
    [InlineData("socketconnector-77-1", 77, "1")]
    [InlineData("socketconnector-77-a-b", 77, "a-b")]
    [InlineData("socketconnector-77-", 0, null)]
    [InlineData("socketconnector-77", 0, null)]
    [InlineData("socketconnector--1", 0, null)]
    [InlineData("socketconnector-x-1", 0, null)]
    [InlineData("socketconnector-99999999999-1", 0, null)]
    [InlineData("other-77-1", 0, null)]
    [InlineData("eth0", 0, null)]
    [InlineData("", 0, null)]
    public void B132_The_name_of_an_interface_is_read_back(string name, int process, string? connector)
    {
        Assert.Equal(connector is null ? null : (process, connector), ExtcapText.ReadName(name));
        Assert.True(connector is null || ExtcapText.NameOf(process, connector) == name);
    }

    [Fact]
    public void B132_Each_line_of_the_options_is_a_sentence_of_keys_and_values()
    {
        string[] lines = [.. ExtcapText.Arguments.Split('\n')[..^1], .. ExtcapText.LinkTypes.Split('\n')[..^1]];
        Assert.All(lines, static line => Assert.Matches(@"^(arg|value|dlt) (\{[a-z]+=[^{}]+\})+$", line));
        Assert.Equal(
            ["--connection", "--address", "--port", "--side", "--snaplen"],
            lines.Where(static line => line.StartsWith("arg ", StringComparison.Ordinal)).Select(static line => line.Split("{call=")[1].Split('}')[0]));
        Assert.Equal([0, 1, 2, 3, 4], lines.Where(static line => line.StartsWith("arg ", StringComparison.Ordinal)).Select(static line => line["arg {number=".Length] - '0'));
    }

    private static ConnectorList Channel(int process, params IReadOnlyList<ConnectorInfo> connectors) => new(new ProgramInfo("socketconnector", "0.1.0", process, default), default, connectors);

    private static string[] Several(string text) => text.Length == 0 ? [] : [text];
}
