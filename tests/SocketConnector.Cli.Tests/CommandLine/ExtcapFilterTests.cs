using SocketConnector.Cli.CommandLine;

namespace SocketConnector.Cli.Tests.CommandLine;

/// <summary>The capture filters of Wireshark that a capture of connections knows.</summary>
public sealed class ExtcapFilterTests
{
    [Theory]
    [InlineData(null, null, null)]
    [InlineData("  ", null, null)]
    [InlineData("tcp", null, null)]
    [InlineData("port 443", null, 443)]
    [InlineData("tcp port 443", null, 443)]
    [InlineData("ip host 192.0.2.7", "192.0.2.7", null)]
    [InlineData("host ::1", "::1", null)]
    [InlineData("net 10.0.0.0/8  and\ttcp port 5432", "10.0.0.0/8", 5432)]
    [InlineData("port 5432 && net 10.0.0.0/8", "10.0.0.0/8", 5432)]
    public void B132_A_filter_is_an_address_and_a_port(string? text, string? address, int? port) => Assert.Equal(new ExtcapFilter(address, port), ExtcapFilter.Parse(text).Value);

    [Theory]
    [InlineData("udp port 53")]
    [InlineData("port 443 or port 80")]
    [InlineData("not port 22")]
    [InlineData("port 443 and port 80")]
    [InlineData("host 192.0.2.7 and net 10.0.0.0/8")]
    [InlineData("port 0")]
    [InlineData("port https")]
    [InlineData("host db.internal")]
    [InlineData("host 192.0.2.7+192.0.2.8")]
    [InlineData("src port 443")]
    [InlineData("port 443 and")]
    [InlineData("and")]
    [InlineData("port")]
    public void B132_What_it_does_not_know_is_wrong_and_not_left_out(string text) => Assert.NotNull(ExtcapFilter.Parse(text).Error);
}
