using System.Net.Sockets;
using System.Text.Json;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.ProxyProtocol;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>What a peer chooses goes to both outputs of the program, and breaks neither.</summary>
public sealed class ForeignEventTests
{
    private const string Forged = "x\e[2J\n#7 closed\r\u202e\u2028";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task B100_What_a_PROXY_header_tells_breaks_no_line(bool isJson)
    {
        using var target = new TestServer();
        await using ChildProcess program = TheProgram.Start(
            ["server-to-socket", "127.0.0.1:0,accept-proxy=127.0.0.0/8", target.EndPoint.ToString(), "--verbose", "--log-traffic", .. isJson ? (string[])["--json"] : []]);
        using TestPeer client = await ProgramPair.DialAsync(await program.ListeningAsync(Side.A));
        var from = new UnixDomainSocketEndPoint(Forged);
        byte[] header = new byte[512];
        Assert.True(ProxyHeaderWriter.TryWriteV2(from, from, default, header, out int length));
        await client.WriteAsync(header.AsMemory(0, length));
        await client.WriteAsync("\e]0;title\a\n#8 joined\n");
        using TestPeer far = await target.AcceptAsync();
        await far.ReadAsync(10);
        await program.ErrorLineAsync("A -> B");
        client.Reset();
        await program.LineAsync("closed");
        await program.StopAsync();

        (IReadOnlyCollection<string> output, IReadOnlyCollection<string> errors) = program.Raw;
        Assert.All(output.Concat(errors), line => Assert.False(line.Any(char.IsControl) || line.Contains('\u202e', StringComparison.Ordinal) || line.StartsWith('#'), program.Told));
        Assert.Contains(errors, line => line.Contains(@"A unix:x\x1b[2J\n#7 closed\r\u202e\u2028", StringComparison.Ordinal));
        Assert.Contains(errors, line => line.Contains("*]0;title**#8 joined*", StringComparison.Ordinal));
        if (isJson)
        {
            using JsonDocument joined = JsonDocument.Parse(Assert.Single(output, line => line.Contains("\"joined\"", StringComparison.Ordinal)));
            Assert.Equal($"unix:{Forged}", joined.RootElement.GetProperty("a").GetString());
        }
        else
        {
            Assert.Contains(output, line => line.Contains(@"#1 joined unix:x\x1b[2J\n#7 closed\r\u202e\u2028 and ", StringComparison.Ordinal));
        }
    }
}
