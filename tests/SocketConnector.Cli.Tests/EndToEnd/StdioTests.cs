using System.Security.Cryptography;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

/// <summary>Standard input and output as a side.</summary>
public sealed class StdioTests
{
    private const string AnyPort = "127.0.0.1:0";
    private const int Size = 64 * 1024 * 1024;

    public static TheoryData<string, Side> Modes
    {
        get
        {
            var all = new TheoryData<string, Side>();
            foreach (string mode in (string[])["server-to-server", "server-to-socket", "socket-to-server", "socket-to-socket"])
            {
                all.Add(mode, Side.A);
                all.Add(mode, Side.B);
            }

            return all;
        }
    }

    /// <summary>The request has ended before there is anybody to read it.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_request_gets_its_whole_answer_and_the_program_ends_by_itself(string mode, Side side)
    {
        string answer = string.Concat(Enumerable.Repeat("the answer\n", 50_000));
        (ChildProcess program, TestPeer peer) = await StartAsync(mode, side, "request\n");
        await using ChildProcess running = program;
        using TestPeer far = peer;
        Assert.Equal("request\n", await far.ReadTextToEndAsync());
        await far.WriteAsync(answer);
        far.EndHalf();

        await program.ExpectExitAsync(0);
        Assert.Equal(answer, string.Concat((await program.ReadLinesToEndAsync()).Select(line => $"{line}\n")));
    }

    [Fact]
    public async Task Nothing_on_standard_input_is_an_end_in_order()
    {
        (ChildProcess program, TestPeer peer) = await StartAsync("server-to-socket", Side.B, "");
        await using ChildProcess running = program;
        using TestPeer far = peer;
        Assert.Equal("", await far.ReadTextToEndAsync());
        far.EndHalf();
        await program.ExpectExitAsync(0);
    }

    [Fact]
    public async Task Sixty_four_mebibytes_arrive_whole_both_ways_at_once()
    {
        byte[] there = RandomBytes.Of(seed: 64, Size);
        byte[] back = RandomBytes.Of(seed: 65, Size);
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.StartUnread("socket-to-socket", "stdio:", server.EndPoint.ToString());
        using TestPeer far = await server.AcceptAsync();
        Task<(long Count, string Sha256)> hashing = far.HashToEndAsync();
        Task writing = WriteAsync(far, back);
        Task feeding = FeedAsync(program, there);
        byte[] received = await SHA256.HashDataAsync(program.RawOutput.BaseStream, TestContext.Current.CancellationToken).AsTask().InTimeAsync(TimeSpan.FromMinutes(1));
        await Task.WhenAll(writing, feeding);

        Assert.Equal((Size, RandomBytes.Sha256(there)), await hashing);
        Assert.Equal(RandomBytes.Sha256(back), Convert.ToHexString(received));
        await program.ExpectExitAsync(0);
    }

    [Fact]
    public async Task A_reset_ends_it_with_1_and_one_line()
    {
        (ChildProcess program, TestPeer peer) = await StartAsync("socket-to-socket", Side.A, null);
        await using ChildProcess running = program;
        await program.Input.WriteAsync("x");
        await program.Input.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("x", await peer.ReadTextAsync(1));
        await peer.WriteAsync("half of the ans");
        peer.Reset();
        await program.ExpectExitAsync(1);
        Assert.Contains("closed: reset by side B", Assert.Single(program.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_refuses_ends_it_with_1_and_one_line()
    {
        await using ChildProcess program = TheProgram.Start("server-to-socket", "stdio:", string.Create(null, $"127.0.0.1:{TestServer.RefusingPort()}"));
        await program.ExpectExitAsync(1);
        Assert.Contains("connection refused", Assert.Single(program.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")] // ssh's to its ProxyCommand, at each logout: nobody wants to read of it.
    public async Task A_signal_cuts_it_at_once_and_the_other_side_reads_a_reset(string signal)
    {
        (ChildProcess program, TestPeer peer) = await StartAsync("socket-to-socket", Side.A, null);
        await using ChildProcess running = program;
        using TestPeer far = peer;
        await program.Input.WriteAsync("the beginning");
        await program.Input.FlushAsync(TestContext.Current.CancellationToken);
        Assert.Equal("the beginning", await far.ReadTextAsync(13));
        await program.SignalAsync(signal);
        await program.ExpectExitAsync(1);
        Assert.Equal(signal == "HUP" ? [] : ["socketconnector: the connection was cut before its end: aborted"], program.Errors);
        Assert.NotNull((await far.ReadToWhateverEndAsync()).Error);
    }

    [Fact]
    public async Task A_signal_before_there_is_a_connection_ends_it_with_1()
    {
        await using ChildProcess program = TheProgram.Start("server-to-socket", AnyPort, "stdio:", "--verbose");
        await program.VerbosePortAsync();
        await program.SignalAsync("INT");
        await program.ExpectExitAsync(1);
        Assert.Contains("socketconnector: stopped before there was a connection", program.Errors);
    }

    [Fact]
    public async Task There_is_one_stream_and_a_second_client_is_refused()
    {
        await using ChildProcess program = TheProgram.Start("server-to-socket", $"{AnyPort},accept-limit=2", "stdio:", "--verbose");
        int port = await program.VerbosePortAsync();
        using TestPeer first = await ProgramPair.DialAsync(port);
        await first.WriteAsync("first\n");
        Assert.Equal("first", await program.ReadLineAsync());
        using TestPeer second = await ProgramPair.DialAsync(port);
        Assert.NotNull((await second.ReadToWhateverEndAsync()).Error);
        await program.ErrorLineAsync("standard input and output are in use");
        await first.WriteAsync("still first\n");
        Assert.Equal("still first", await program.ReadLineAsync());
    }

    /// <param name="mode">One of the four.</param>
    /// <param name="side">That of standard input and output.</param>
    /// <param name="input">All of standard input; null for one that stays open.</param>
    private static async Task<(ChildProcess Program, TestPeer Far)> StartAsync(string mode, Side side, string? input)
    {
        string far = mode.Split("-to-")[side == Side.A ? 1 : 0];
        using TestServer? server = far == "socket" ? new TestServer() : null;
        string other = server?.EndPoint.ToString() ?? AnyPort;
        string[] verbose = server is null ? ["--verbose"] : [];
        ChildProcess program = TheProgram.Start([mode, .. side == Side.A ? (string[])["stdio:", other] : [other, "stdio:"], .. verbose]);
        if (input is not null)
        {
            await program.Input.WriteAsync(input);
            program.Input.Close();
        }

        return (program, server is null ? await ProgramPair.DialAsync(await program.VerbosePortAsync()) : await server.AcceptAsync());
    }

    private static async Task FeedAsync(ChildProcess program, byte[] bytes)
    {
        await program.Input.BaseStream.WriteAsync(bytes);
        program.Input.Close();
    }

    private static async Task WriteAsync(TestPeer far, byte[] bytes)
    {
        await far.WriteAsync(bytes);
        far.EndHalf();
    }
}
