using System.Net.Sockets;
using SocketConnector.Cli.Tests.Processes;
using SocketConnector.TestKit;

namespace SocketConnector.Cli.Tests.EndToEnd;

public sealed class StopTests
{
    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    [InlineData("HUP")]
    public async Task B72_A_signal_stops_accepting_and_lets_connections_finish(string signal)
    {
        using var server = new TestServer();
        await using ChildProcess program = TheProgram.Start("server-to-socket", "127.0.0.1:0", server.EndPoint.ToString());
        int port = await program.ListeningAsync(Side.A);
        using TestPeer a = await ProgramPair.DialAsync(port);
        using TestPeer b = await server.AcceptAsync();
        Assert.StartsWith("#1 joined", await program.ReadLineAsync(), StringComparison.Ordinal);

        await program.SignalAsync(signal);
        await program.ErrorLineAsync("stopping; 1 connection may finish within 10 s, Ctrl-C again ends now");

        SocketException refused = await Assert.ThrowsAsync<SocketException>(() => ProgramPair.DialAsync(port));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        await a.WriteAsync("still");
        Assert.Equal("still", await b.ReadTextAsync(5));
        await b.WriteAsync("here");
        Assert.Equal("here", await a.ReadTextAsync(4));
        a.EndHalf();
        b.EndHalf();

        await program.ExpectExitAsync(0);
        IReadOnlyList<string> events = await program.ReadLinesToEndAsync();
        Assert.StartsWith("#1 closed: completed by side ", events[0], StringComparison.Ordinal);
        Assert.Equal(["stopped: 1 socket pair, 5 bytes A to B, 4 bytes B to A"], events.Skip(1));
    }

    [Fact]
    public async Task B72_A_hangup_that_the_program_was_started_to_ignore_is_ignored()
    {
        await using ChildProcess program = TheProgram.StartAfter("trap '' HUP", "server-to-server", "127.0.0.1:0", "127.0.0.1:0");
        int portA = await program.ListeningAsync(Side.A), portB = await program.ListeningAsync(Side.B);
        await program.SignalAsync("HUP");

        using TestPeer a = await ProgramPair.DialAsync(portA);
        using TestPeer b = await ProgramPair.DialAsync(portB);
        await a.WriteAsync("still");
        Assert.Equal("still", await b.ReadTextAsync(5));
        Assert.StartsWith("#1 joined", (await program.StopAsync())[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task B72_A_second_signal_aborts()
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--drain", "none");
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        using (a)
        using (b)
        {
            await pair.Program.ReadLineAsync();
            await pair.Program.SignalAsync("INT");
            await pair.Program.ErrorLineAsync("stopping; 1 connection may finish, Ctrl-C again ends now");
            await pair.Program.SignalUntilExitAsync("INT").InTimeAsync();

            await EndsAbortedAsync(pair.Program);
            Assert.NotNull((await a.ReadToWhateverEndAsync()).Error);
            Assert.NotNull((await b.ReadToWhateverEndAsync()).Error);
        }
    }

    [Theory]
    [InlineData("0s")]
    [InlineData("300ms")]
    public async Task B72_What_has_not_finished_when_the_drain_is_over_is_aborted(string drain)
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server", "--drain", drain);
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        using (a)
        using (b)
        {
            await pair.Program.ReadLineAsync();
            await pair.Program.SignalAsync("TERM");

            await EndsAbortedAsync(pair.Program);
            Assert.NotNull((await a.ReadToWhateverEndAsync()).Error);
        }
    }

    [Fact]
    public async Task B72_A_signal_and_its_echo_are_one()
    {
        await using ProgramPair pair = await ProgramPair.StartAsync("server-to-server");
        (TestPeer a, TestPeer b) = await pair.ConnectAsync();
        using (a)
        using (b)
        {
            await pair.Program.ReadLineAsync();
            await pair.Program.SignalAsync("INT", "TERM");
            await pair.Program.ErrorLineAsync("stopping");

            await a.WriteAsync("still here");
            Assert.Equal("still here", await b.ReadTextAsync(10));
        }

        await pair.Program.ExpectExitAsync(0);
    }

    [Fact]
    public async Task B72_A_closed_standard_output_does_not_break_relaying()
    {
        await using ChildProcess program = TheProgram.StartUnread("server-to-server", "127.0.0.1:0", "127.0.0.1:0");
        int portA = TheProgram.Port(await program.RawOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        int portB = TheProgram.Port(await program.RawOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        program.RawOutput.Close();

        for (int i = 0; i < 3; i++)
        {
            using TestPeer a = await ProgramPair.DialAsync(portA);
            using TestPeer b = await ProgramPair.DialAsync(portB);
            await a.WriteAsync("hello");
            Assert.Equal("hello", await b.ReadTextAsync(5));
            await b.WriteAsync("world");
            Assert.Equal("world", await a.ReadTextAsync(5));
        }

        await program.SignalAsync("INT");
        await program.ExpectExitAsync(0);
        Assert.Equal(["socketconnector: standard output cannot be written any more, and no further events are told: Broken pipe"], program.Errors);
    }

    [Fact]
    public async Task B72_A_standard_output_that_nobody_reads_does_not_delay_relaying()
    {
        await using ChildProcess program = TheProgram.StartUnread("server-to-server", "127.0.0.1:0", "127.0.0.1:0", "--json");
        int portA = TheProgram.Port(await program.RawOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        int portB = TheProgram.Port(await program.RawOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        // Some 200 bytes of events each: more than a pipe of 64 KiB takes.
        for (int i = 0; i < 600; i++)
        {
            using TestPeer a = await ProgramPair.DialAsync(portA);
            using TestPeer b = await ProgramPair.DialAsync(portB);
            await a.WriteAsync("hello");
            Assert.Equal("hello", await b.ReadTextAsync(5));
        }

        await program.SignalAsync("INT");
        await program.ErrorLineAsync("events left out because standard output was not read: ");
        await program.ExpectExitAsync(0);
    }

    [Fact]
    public async Task B72_What_a_reader_finds_afterwards_are_whole_lines()
    {
        await using ChildProcess program = TheProgram.StartUnread("server-to-server", "127.0.0.1:0", "127.0.0.1:0", "--json");
        int portA = TheProgram.Port(await program.RawOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        int portB = TheProgram.Port(await program.RawOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        for (int i = 0; i < 600; i++)
        {
            using TestPeer a = await ProgramPair.DialAsync(portA);
            using TestPeer b = await ProgramPair.DialAsync(portB);
            await a.WriteAsync("hello");
            Assert.Equal("hello", await b.ReadTextAsync(5));
        }

        await program.SignalAsync("INT");
        await program.ExpectExitAsync(0);
        string all = await program.RawOutput.ReadToEndAsync(TestContext.Current.CancellationToken).InTimeAsync();
        Assert.True(all.EndsWith("}\n", StringComparison.Ordinal), $"cut: '{all[(all.LastIndexOf('\n') + 1)..]}'");
    }

    [Fact]
    public async Task B72_A_signal_while_it_still_connects_ends_it_in_order()
    {
        using SilentTarget target = await SilentTarget.CreateAsync();
        await using ChildProcess program = TheProgram.Start("socket-to-server", target.EndPoint.ToString()!, "127.0.0.1:0", "--connect-timeout", "none", "--verbose");
        await program.ErrorLineAsync("Side B listening");

        Assert.Equal(["stopped: 0 socket pairs, 0 bytes A to B, 0 bytes B to A"], await program.StopAsync());
        Assert.DoesNotContain(program.Errors, line => line.StartsWith("socketconnector:", StringComparison.Ordinal));
    }

    private static async Task EndsAbortedAsync(ChildProcess program)
    {
        await program.ExpectExitAsync(0);
        IReadOnlyList<string> events = await program.ReadLinesToEndAsync();
        Assert.StartsWith("#1 closed: aborted, 0 bytes A to B", events[0], StringComparison.Ordinal);
        Assert.Equal(["stopped: 1 socket pair, 0 bytes A to B, 0 bytes B to A"], events.Skip(1));
    }
}
