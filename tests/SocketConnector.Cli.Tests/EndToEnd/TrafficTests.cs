using System.Text;
using System.Text.Json;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>The program with <c>--log-traffic</c>: what it shows, of what, in which form.</summary>
public sealed class TrafficTests
{
    public static MatrixTheoryData<string, string> Runs => new(["server-to-server", "server-to-socket", "socket-to-server", "socket-to-socket"], ["auto", "portable"]);

    [Theory]
    [MemberData(nameof(Runs))]
    public async Task B61_As_hex_first_and_last_bytes_of_one_side_are_shown(string mode, string engine)
    {
        await using ProgramPair pair = await ProgramPair.StartAsync(mode, "--log-traffic=hex,first=20,last=4,side=A", "--engine", engine);
        await TalkAsync(pair, "\e[31mhello, hello, hello!\n", "answer");

        await pair.Program.ErrorLineAsync("A -> B #1 00000017  6f 21 0a 0a");
        Assert.Equal(
            [
                "A -> B #1 00000000  1b 5b 33 31 6d 68 65 6c  6c 6f 2c 20 68 65 6c 6c  |.[31mhello, hell|",
                "A -> B #1 00000010  6f 2c 20 68                                       |o, h|",
                "#1 3 bytes of A are left out here, and its last ones follow",
                "A -> B #1 00000017  6f 21 0a 0a                                       |o!..|",
            ],
            pair.Program.Errors.Where(line => line.Contains("#1 ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("portable")]
    public async Task B61_As_JSON_each_line_of_it_is_an_object_with_the_bytes(string engine)
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--log-traffic=json", "--name", "db", "--engine", engine);
        await TalkAsync(pair, "\0question\n", "answer");
        await Eventually.TrueAsync(() => Objects(pair).Length == 2, explain: () => pair.Program.Told);

        Assert.All(Objects(pair), line => Assert.Matches("""^\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","connector":"db","event":"traffic","id":1,"side":""", line));
        Assert.Equal(
            ["A0:\0question\n\n", "B0:answer\n"],
            Objects(pair).Select(line => JsonDocument.Parse(line).RootElement).Select(json =>
                $"{json.GetProperty("side")}{json.GetProperty("offset")}:{Encoding.ASCII.GetString(json.GetProperty("data").GetBytesFromBase64())}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Of_a_sample_of_one_in_two_every_other_connection_is_shown_as_a_whole()
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--log-traffic=sample=2,first=3");
        for (int i = 1; i <= 3; i++)
        {
            await TalkAsync(pair, $"number {i}", "answer");
            await pair.Program.LineAsync($"#{i} closed");
        }

        await pair.Program.ErrorLineAsync("B -> A #3 ans");
        await pair.Program.ErrorLineAsync("#3 no more of A is shown than its first 3 bytes");
        Assert.Equal(
            ["A -> B #1 num", "A -> B #3 num", "B -> A #1 ans", "B -> A #3 ans"],
            pair.Program.Errors.Where(line => line.Contains(" -> ", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    private static string[] Objects(ProgramPair pair) => [.. pair.Program.Raw.Errors.Where(line => line.StartsWith('{'))];

    /// <summary>A line each way, and both end.</summary>
    private static async Task TalkAsync(ProgramPair pair, string question, string answer)
    {
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        using (a)
        using (b)
        {
            await b.WriteAsync($"{answer}\n");
            Assert.Equal($"{answer}\n", await a.ReadTextAsync(answer.Length + 1));
            await a.WriteAsync($"{question}\n");
            a.EndHalf();
            Assert.Equal($"{question}\n", await b.ReadTextToEndAsync());
            b.EndHalf();
            Assert.Empty(await a.ReadToEndAsync());
        }
    }
}
