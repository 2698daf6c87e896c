using System.Globalization;
using System.Text;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

public sealed class NcatTests
{
    public static TheoryData<string> Modes => ProgramPair.Modes;

    /// <summary>What a small proxy gets wrong: the request has ended long before the reply begins.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task B42_B70_A_reply_that_comes_after_ncat_has_ended_its_half_arrives_whole(string mode)
    {
        string reply = string.Concat(Enumerable.Range(1, 20_000).Select(number => $"line {number.ToString(CultureInfo.InvariantCulture)} of the reply\n"));
        await using NcatPair pair = await NcatPair.StartAsync(mode);
        using TestPeer b = pair.B;

        // A socket dialled in advance that ends before it has a partner counts as gone.
        Assert.StartsWith("#1 joined ", await pair.Program.ReadLineAsync(), StringComparison.Ordinal);
        await pair.Ncat.Input.WriteAsync("request\n");
        pair.Ncat.Input.Close();
        Assert.Equal("request\n", await b.ReadTextToEndAsync());
        await b.WriteAsync(Encoding.ASCII.GetBytes(reply));
        b.EndHalf();

        await pair.Ncat.ExpectExitAsync(0);
        Assert.Equal(reply, string.Concat((await pair.Ncat.ReadLinesToEndAsync()).Select(line => $"{line}\n")));
        Assert.StartsWith(
            string.Create(CultureInfo.InvariantCulture, $"#1 closed: completed by side A, 8 bytes A to B, {reply.Length} bytes B to A, "),
            await pair.Program.ReadLineAsync(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task B70_Two_ncat_clients_meet()
    {
        string ncat = Tool.Find("ncat");
        await using ChildProcess program = TheProgram.Start("server-to-server", "127.0.0.1:0", "127.0.0.1:0");
        await using ChildProcess a = NcatPair.Client(ncat, await program.ListeningAsync(Side.A));
        await using ChildProcess b = NcatPair.Client(ncat, await program.ListeningAsync(Side.B));

        await a.Input.WriteAsync("hello\n");
        await a.Input.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("hello", await b.ReadLineAsync());
        await b.Input.WriteAsync("hi\n");
        await b.Input.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("hi", await a.ReadLineAsync());
        a.Input.Close();
        b.Input.Close();
        await a.ExpectExitAsync(0);
        await b.ExpectExitAsync(0);

        Assert.Equal("stopped: 1 socket pair, 6 bytes A to B, 3 bytes B to A", (await program.StopAsync())[^1]);
    }

    /// <summary>ncat on side A, dialling or dialled, and a plain socket on side B.</summary>
    private sealed class NcatPair(ChildProcess ncat, ChildProcess program, TestPeer b, TestServer? server) : IAsyncDisposable
    {
        public ChildProcess Ncat => ncat;

        public ChildProcess Program => program;

        public TestPeer B => b;

        public static ChildProcess Client(string ncat, int port) => ChildProcess.Start(ncat, ["127.0.0.1", port.ToString(CultureInfo.InvariantCulture)]);

        public static async Task<NcatPair> StartAsync(string mode)
        {
            string ncat = Tool.Find("ncat");
            string[] kinds = mode.Split("-to-");
            ChildProcess? listening = null;
            string sideA = "127.0.0.1:0";
            if (kinds[0] == "socket")
            {
                int port = TestServer.RefusingPort();
                sideA = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
                listening = ChildProcess.Start(ncat, ["-v", "-l", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture)]);
                await listening.ErrorLineAsync("Listening on 127.0.0.1");
            }

            TestServer? server = kinds[1] == "socket" ? new TestServer() : null;
            ChildProcess program = TheProgram.Start(mode, sideA, server?.EndPoint.ToString() ?? "127.0.0.1:0");
            ChildProcess client = listening ?? Client(ncat, await program.ListeningAsync(Side.A));
            TestPeer b = server is null ? await ProgramPair.DialAsync(await program.ListeningAsync(Side.B)) : await server.AcceptAsync();
            return new NcatPair(client, program, b, server);
        }

        public async ValueTask DisposeAsync()
        {
            await ncat.DisposeAsync();
            await program.DisposeAsync();
            server?.Dispose();
        }
    }
}
